import KiwiDiagnostics

/// A check of one build that asks the machine.
///
/// The names are KIWI's, as those of ``RuntimeCheck``.
struct HostCheck: Sendable {
    /// Also the code of its finding.
    var name: String
    var check: @Sendable (RuntimeCheck.Context, HostFacts) -> RuntimeCheck.Finding?

    init(
        _ name: String,
        _ check: @escaping @Sendable (RuntimeCheck.Context, HostFacts) -> RuntimeCheck.Finding?
    ) {
        self.name = name
        self.check = check
    }

    /// All of them, in KIWI's order.
    static let all: [HostCheck] = [bootDescription, bootKernel, luksFormat, sharedCache, fileSystem]
}

extension HostCheck {
    private static let bootDescription = HostCheck("check_boot_description_exists") { context, host in
        guard let boot = BootDescriptionReference(context.image),
            boot.folder(shares: host.shares, exists: host.exists) == nil
        else { return nil }
        return RuntimeCheck.Finding(
            at: boot.name.position, "there is no boot description '\(boot.name.value)'",
            remedy:
                "write the path of its folder, netboot/NAME with the name of a package manager, or initrd_system=\"dracut\"",
            notes: boot.candidates(shares: host.shares).map { "looked for \($0)" })
    }

    private static let bootKernel = HostCheck("check_consistent_kernel_in_boot_and_system_image") {
        context, host in
        guard let reference = BootDescriptionReference(context.image),
            let folder = reference.folder(shares: host.shares, exists: host.exists),
            let boot = try? DescriptionLoader.load(folder: folder)
        else { return nil }
        let profile = reference.kernel.value
        let kernels = boot.description.packages.filter { $0.scope.profiles == [profile] }
            .flatMap(\.packages).filter { package in
                package.attributes.list("arch")?.contains(context.image.architecture.rawValue) ?? true
            }.compactMap { $0.attributes.string("name") }
        let names = Set((context.image.system.packages + context.image.bootstrap.packages).map(\.value))
        guard let kernel = kernels.first(where: { !names.contains($0) }) else { return nil }
        return RuntimeCheck.Finding(
            at: context.type.position(of: "bootkernel"),
            "the initrd has the kernel '\(kernel)', the image does not",
            remedy:
                "add <package name=\"\(kernel)\"/>, or write bootkernel=\"custom\" and mark a package of yours with bootinclude=\"true\""
        )
    }

    private static let luksFormat = HostCheck("check_luksformat_options_valid") { context, host in
        let options = context.type.luksFormatOptions.filter { $0.hasPrefix("-") }
        guard !options.isEmpty, let help = host.output("cryptsetup", ["--help"]) else { return nil }
        let known = Set(help.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
        guard let wrong = options.first(where: { !known.contains($0) }) else { return nil }
        return RuntimeCheck.Finding(
            at: context.type.position(of: "luks"), "cryptsetup has no option '\(wrong)'",
            remedy: nearestName(to: wrong, among: known.filter { $0.hasPrefix("--") }.sorted())
                .map { "write '\($0)' in <luksformat>" } ?? "remove it from <luksformat>")
    }

    private static let sharedCache = HostCheck("check_target_directory_not_in_shared_cache") { _, host in
        let cache = host.cache.split(separator: "/")
        // KIWI compares the first three names, which suits its /var/cache/kiwi only.
        guard !cache.isEmpty, host.target.split(separator: "/").starts(with: cache) else { return nil }
        return RuntimeCheck.Finding(
            at: nil, "the target folder '\(host.target)' lies in the shared cache '\(host.cache)'",
            remedy: "choose another target folder")
    }

    /// Those that keep owners, access lists, extended attributes and capabilities.
    private static let goodFileSystems = [
        "bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlayfs", "tmpfs", "xfs", "zfs",
    ]

    private static let fileSystem = HostCheck("check_target_dir_on_unsupported_filesystem") { _, host in
        guard host.writesTree, let kind = host.fileSystem(host.target), !goodFileSystems.contains(kind) else {
            return nil
        }
        return RuntimeCheck.Finding(
            at: nil,
            "'\(host.target)' is on \(kind), which may lack access lists, extended attributes or capabilities",
            remedy: "choose a folder on \(oneOf(goodFileSystems))")
    }
}
