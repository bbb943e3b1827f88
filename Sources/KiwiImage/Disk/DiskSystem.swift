import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// A disk as the description wants it: partitions, the file systems on them and how the system finds
/// them at boot. Pure.
public struct DiskSystem: Sendable, Encodable {
    public var plan: DiskPlan
    /// In the order of fstab.
    public var fileSystems: [DiskFileSystem]
    /// What stands between the root partition and the file systems.
    public var stack: RootStack
    /// Logical volumes, in the order of their making.
    public var volumes: [VolumePlan]
    /// What dm-verity protects: the root, or the read-only one below an overlay.
    public var verity: VerityPlan?
    /// `overlayroot`.
    public var isOverlay: Bool
    /// What the root is divided into, on btrfs.
    public var subvolumes: SubvolumePlan?
    public var persistency: DevicePersistency
    public var loader: LoaderKind
    /// Kernel, initrd and command line are one EFI program.
    public var hasUnifiedKernel: Bool
    /// `kernelcmdline`.
    public var ownCommandLine: String
    /// Further words of the kernel's command line.
    public var extraCommandLine: [String]

    public init(_ image: ResolvedImage) throws(Failure) {
        let type = image.type
        plan = try DiskPlan(image)
        persistency = DevicePersistency(type.string("devicepersistency"))
        ownCommandLine = type.string("kernelcmdline") ?? ""
        stack = RootStack(type)
        if let key = stack.integrity?.keyFile, !key.hasPrefix("/") {
            stack.integrity?.keyFile = "\(image.folder)/\(key)"
        }
        verity = VerityPlan(type)
        isOverlay = type.flag("overlayroot")
        loader = LoaderKind(type) ?? .grub2
        hasUnifiedKernel = type.hasUnifiedKernel
        volumes = stack.volumeGroup == nil ? [] : VolumePlan.all(image)
        subvolumes = try SubvolumePlan(image)
        extraCommandLine = stack.raid == nil ? [] : ["rd.auto"]
        if let name = subvolumes?.rootName { extraCommandLine.append("rootflags=subvol=\(name)") }
        fileSystems = []
        let written = type.string("filesystem")
        guard let kind = DiskFileSystem.Kind(written ?? "ext4") else { return }
        fileSystems.append(root(type, kind, image))
        if let boot = boot(type, kind) { fileSystems.append(boot) }
        if plan["efi"] != nil {
            let size = type.number("efipartsize") ?? 0
            fileSystems.append(
                DiskFileSystem(
                    "efi", .fat(size >= Self.fat32Mebibytes ? 32 : 16), label: "EFI", at: Self.efiFolder,
                    // Whoever may read an initrd can take a key out of it.
                    options: type.string("efimountoptions") ?? (hasKernelOnEFI ? "umask=0077" : "defaults")))
        }
        fileSystems += onVolumes(type, kind, image)
        if let spare = spare(type, kind) { fileSystems.append(spare) }
        if plan["swap"] != nil {
            fileSystems.append(DiskFileSystem("swap", .swap, label: "SWAP", at: "swap"))
        }
        for partition in type.partitions.sorted(by: { $0.name < $1.name }) {
            guard let name = partition.fileSystem, let kind = DiskFileSystem.Kind(name) else { continue }
            // A name that stands in for a label is cut where a label has to end.
            let derived = String(partition.name.uppercased().prefix(kind.labelLimit))
            let label = partition.label.isEmpty ? derived : partition.label
            fileSystems.append(
                DiskFileSystem(
                    partition.name, kind, label: name == "squashfs" ? nil : label, at: partition.mountPoint))
        }
        if isOverlay { addOverlay(type) }
        if stack.verity != nil { mountRootReadOnly() }
        for copy in plan.partitions where copy.copyOf != Self.readonlyKey {
            guard let original = copy.copyOf, var own = self[original] else { continue }
            own.key = copy.key
            own.isCopy = true
            // Two file systems with one label would make LABEL= a matter of luck.
            own.label = nil
            fileSystems.append(own)
        }
    }

    /// A FAT16 ends at 2 GiB; above this size FAT32 wastes less.
    private static let fat32Mebibytes = 512

    private func root(_ type: ImageType, _ kind: DiskFileSystem.Kind, _ image: ResolvedImage)
        -> DiskFileSystem
    {
        var root = DiskFileSystem(
            "root", kind, label: type.string("rootfs_label") ?? "ROOT", at: "/",
            options: type.string("fsmountoptions") ?? "defaults")
        root.checkOrder = 1
        subvolumes?.apply(to: &root)
        root.volume = volumes.first { $0.path == "/" }?.name
        root.label = image.volumes.first { $0.isRoot }?.label ?? root.label
        return root
    }

    private func onVolumes(_ type: ImageType, _ kind: DiskFileSystem.Kind, _ image: ResolvedImage)
        -> [DiskFileSystem]
    {
        volumes.compactMap { plan in
            guard plan.path != "/", let volume = image.volumes.first(where: { $0.name == plan.name }) else {
                return nil
            }
            let isSwap = plan.path == "swap"
            var result = DiskFileSystem(
                "volume.\(plan.name)", isSwap ? .swap : kind, label: volume.label,
                at: isSwap || plan.path.hasPrefix("/") ? plan.path : "/\(plan.path)",
                options: isSwap ? "defaults" : type.string("fsmountoptions") ?? "defaults")
            result.volume = plan.name
            result.checkOrder = volume.fileSystemCheck ? 2 : 0
            return result
        }
    }

    private func boot(_ type: ImageType, _ root: DiskFileSystem.Kind) -> DiskFileSystem? {
        guard plan["boot"] != nil else { return nil }
        let kind = type.string("bootfilesystem").flatMap(DiskFileSystem.Kind.init) ?? root
        return DiskFileSystem("boot", kind, label: "BOOT", at: "/boot")
    }

    private func spare(_ type: ImageType, _ root: DiskFileSystem.Kind) -> DiskFileSystem? {
        guard plan["spare"] != nil, let name = type.string("spare_part_fs") else { return nil }
        guard let kind = DiskFileSystem.Kind(name) else { return nil }
        var spare = DiskFileSystem("spare", kind, label: "SPARE", at: type.string("spare_part_mountpoint"))
        let attributes = (type.string("spare_part_fs_attributes") ?? "").split(separator: ",")
        spare.folderAttributes = attributes.compactMap { attribute in
            switch attribute.drop(while: \.isWhitespace) {
            case "no-copy-on-write": "C"
            case "synchronous-updates": "S"
            default: nil
            }
        }
        return spare
    }

    public subscript(key: String) -> DiskFileSystem? { fileSystems.first { $0.key == key } }

    /// The file system with the kernel.
    public var boot: DiskFileSystem { self["boot"] ?? fileSystems[0] }

    /// The partition of the kernel.
    public var bootPartition: PartitionPlan? { plan[boot.key] ?? plan["root"] ?? plan["readonly"] }

    /// A file below `/boot` on ``boot``, as GRUB sees it.
    public func loaderPath(of inside: String, _ facts: TreeFacts) -> String {
        if self["boot"] != nil { return String(inside.dropFirst("/boot".count)) }
        guard let subvolumes, !readsDefaultVolume(facts) else { return inside }
        return subvolumes.place(of: inside)
    }

    /// Folders of the tree that other file systems than `folder`'s hold, without the leading slash.
    public func mounts(below folder: String) -> [String] {
        let prefix = folder == "/" ? "/" : folder + "/"
        return fileSystems.compactMap { other in
            guard !other.isCopy, let mount = other.mountPoint, mount != folder, mount.hasPrefix(prefix) else {
                return nil
            }
            return String(mount.dropFirst(prefix.count))
        }
    }

    // MARK: names at boot

    /// The partition's UUID, without the layout's sizes.
    func partitionUUID(_ key: String, _ ids: ImageIDs) -> String {
        guard let partition = plan[key] else { return "" }
        guard plan.table == .msdos else { return Self.partitionID(key, ids) }
        return "\(Self.signature(ids))-\(partition.number < 10 ? "0" : "")\(partition.number)"
    }

    static func partitionID(_ key: String, _ ids: ImageIDs) -> String { ids.id("partition.\(key)").uuid }

    /// KIWI's mbrid is the signature of the disk.
    static func signature(_ ids: ImageIDs) -> String { String(ids.mbrID.dropFirst(2)) }

    public func layoutIDs(_ ids: ImageIDs) -> DiskPlan.IDs {
        DiskPlan.IDs(guid: ids.gptDisk, signature: Self.signature(ids)) { Self.partitionID($0, ids) }
    }

    /// `UUID=...` and so on.
    public func device(_ fileSystem: DiskFileSystem, _ ids: ImageIDs) -> String {
        switch persistency {
        case .label where fileSystem.label != nil: return "LABEL=\(fileSystem.label ?? "")"
        // A partition's UUID says nothing about what stands in a stack.
        case .uuid where fileSystem.kind != .linux(.squashfs), .label,
            .partitionUUID where fileSystem.key == "root" && !stack.isEmpty:
            return "UUID=\(fileSystem.uuid(ids))"
        default: return "PARTUUID=\(partitionUUID(fileSystem.key, ids))"
        }
    }

    /// As it stands in fstab.
    func fstabDevice(_ fileSystem: DiskFileSystem, _ ids: ImageIDs) -> String {
        if fileSystem.key == "root", stack.verity != nil { return Self.verityDevice }
        guard let volume = fileSystem.volume, let group = stack.volumeGroup else {
            return device(fileSystem, ids)
        }
        return "/dev/\(group)/\(volume)"
    }

    /// The kernel's command line.
    public func commandLine(_ ids: ImageIDs, failsafe: Bool = false) -> String {
        var words = ownCommandLine.split(separator: " ").map(String.init)
        if let word = overlayWord(ids),
            !words.contains(where: { $0.hasPrefix("rd.root.overlay.write=") })
        {
            words.append(word)
        }
        if !words.contains(where: { $0.hasPrefix("root=") }) {
            words.append("root=\(rootName(ids))")
        }
        if failsafe { words += KernelOptions.failsafe }
        words += extraCommandLine
        return words.joined(separator: " ")
    }

    public func fstab(_ ids: ImageIDs) -> String {
        struct Line {
            var mount: String
            var text: String
            var depth: Int { mount == "swap" ? -1 : mount.split(separator: "/").count }
        }
        var seen: Set<String> = []
        let lines = fileSystems.compactMap { fileSystem -> Line? in
            guard fileSystem.isListed, !fileSystem.isCopy, let mount = fileSystem.mountPoint,
                seen.insert(mount).inserted
            else { return nil }
            let fields = [
                Self.fstabField(fstabDevice(fileSystem, ids)), Self.fstabField(mount), fileSystem.kind.name,
                fileSystem.mountOptions, "0",
                "\(fileSystem.checkOrder)",
            ]
            return Line(mount: mount, text: fields.joined(separator: " "))
        }
        let more = subvolumeLines(ids).map { Line(mount: $0.mount, text: $0.text) }
        let all = lines + more.filter { seen.insert($0.mount).inserted }
        return all.sorted { ($0.depth, $0.mount) < ($1.depth, $1.mount) }.map { $0.text + "\n" }.joined()
    }

    /// Blanks as fstab(5) wants them.
    static func fstabField(_ text: String) -> String {
        text.replacing("\\", with: "\\134").replacing(" ", with: "\\040").replacing("\t", with: "\\011")
    }

    /// `/config.partids` of the initrd: which number each partition has.
    public var partitionNumbers: String {
        plan.partitions.flatMap { partition in
            partition.variables.map { "\($0)=\"\(partition.number)\"\n" }
        }.sorted().joined()
    }
}
