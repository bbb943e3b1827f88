import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The kernel that a medium starts.
    static let mediumKernel = Artifact.file("medium.kernel")
}

/// Puts together loaders of this machine, a menu with one entry, and the small files of a medium.
struct MakeMediumLoader: BuildStep {
    let id = "loader"
    var title: String
    /// Words for the kernel; those that find a system image in a partition are added.
    var words: String
    var hasSystem: Bool
    /// Further files of the medium: their text by path.
    var files: [String: String] = [:]

    static let architecture = Architecture.x86_64
    static let folder = "boot/\(architecture.resultName)/loader"

    var summary: String { "put together boot loaders of this machine" }
    var reads: [Artifact] { [.mediumKernel, .imageIDs, .clock] + (hasSystem ? [.systemImage] : []) }
    var writes: [Artifact] { [.loader] }

    func run(in workspace: Workspace) async throws {
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        let clock: Int64 = try await workspace.value(.clock)
        let loader = try await workspace.newFile(.loader)
        let (media, efi) = (MediaFolder("\(loader)/media"), MediaFolder("\(loader)/efi"))
        for folder in [media, efi] { try FileSystem.makeFolder(folder.path) }
        var words = words
        if hasSystem {
            let system: SystemImage = try await workspace.value(.systemImage)
            let root = system.words(
                partition: Self.partition(XorrisoCall.systemPartition, ofDisk: ids.gptDisk))
            words = words.isEmpty ? root : "\(words) \(root)"
        }
        let grub = "/boot/grub"
        let early = GrubMenu.first(mark: "/boot/\(ids.mbrID)", folder: grub)
        try media.copy(try await workspace.file(.mediumKernel), to: "\(Self.folder)/linux")
        try media.write(menu(ids, words: words).text, to: "\(grub)/grub.cfg")
        try media.write("\(ids.mbrID)\n", to: "boot/\(ids.mbrID)")
        for (path, text) in files { try media.write(text, to: path) }
        let finder = LoaderFinder(tree: TreeReader("/nonexistent"))
        let choices = [LoaderPlatform.bios, .efi64].compactMap(finder.choice)
        guard !choices.isEmpty else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "no-loader", "no GRUB is on this machine",
                    remedy: "apt-get install grub-pc-bin grub-efi-amd64-bin grub-common"))
        }
        for choice in choices {
            let platform = choice.platform
            let linker = GrubLinker(
                choice: choice, format: platform == .bios ? "i386-pc-eltorito" : platform.rawValue,
                prefix: grub, early: early
            ) { GrubModules.medium(platform, available: $0) }
            try await linker.link(tree: .layer("none"), in: workspace) { modules, core in
                try media.copyFolder(modules, to: "\(grub)/\(platform.rawValue)") {
                    $0.hasSuffix(".mod") || $0.hasSuffix(".lst")
                }
                guard platform == .bios else {
                    try efi.copy(core, to: "EFI/BOOT/\(platform.removableName)")
                    return try efi.write(early, to: "EFI/BOOT/grub.cfg")
                }
                try media.copy(core, to: "\(Self.folder)/\(BIOSStart.grub.file)")
                let hybrid = "\(modules)/\(BIOSStart.grub.hybridFile)"
                if FileSystem.isFile(hybrid) {
                    try media.copy(hybrid, to: "\(Self.folder)/\(BIOSStart.grub.hybridFile)")
                }
            }
        }
        if FileSystem.isFolder("\(efi.path)/EFI") { try media.copyFolder("\(efi.path)/EFI", to: "EFI") }
        try media.setTimes(clock)
        try efi.setTimes(clock)
    }

    /// The menu; where the kernel speaks on a serial port it does so too.
    func menu(_ ids: ImageIDs, words: String) -> GrubMenu {
        var menu = GrubMenu(
            title: title, mark: "/boot/\(ids.mbrID)", kernel: "/\(Self.folder)/linux",
            initrd: "/\(Self.folder)/initrd",
            entries: [.linux(title: title, options: words), .hardDisk(title: "Boot from Hard Disk")])
        menu.output = ["console"]
        for word in words.split(separator: " ") where word.hasPrefix("console=ttyS") {
            let fields = word.dropFirst("console=ttyS".count).split(separator: ",").map(String.init)
            guard let unit = fields.first, Int(unit) != nil else { continue }
            let speed = fields.dropFirst().first.map { $0.prefix { $0.isNumber } } ?? ""
            menu.output = ["console", "serial"]
            menu.input = ["console", "serial"]
            menu.serialLine = "--unit=\(unit) --speed=\(speed.isEmpty ? "9600" : String(speed))"
        }
        return menu
    }

    /// The identifier that xorriso gives a partition: the disk's with its ninth byte changed by the number. The
    /// first three fields stand the other way round in the table.
    ///
    /// Source: what libisofs 1.5.4 writes.
    static func partition(_ number: UInt8, ofDisk uuid: String) -> String {
        var digits = Array(uuid.lowercased().filter { $0 != "-" })
        guard digits.count == 32, let byte = UInt8(String(digits[18...19]), radix: 16) else { return uuid }
        let text = String(byte ^ number, radix: 16)
        digits.replaceSubrange(18...19, with: Array(text.count == 1 ? "0" + text : text))
        func field(_ range: Range<Int>) -> String { String(digits[range]) }
        func turned(_ range: Range<Int>) -> String {
            stride(from: range.upperBound - 2, through: range.lowerBound, by: -2)
                .map { String(digits[$0...$0 + 1]) }.joined()
        }
        return [turned(0..<8), turned(8..<12), turned(12..<16), field(16..<20), field(20..<32)]
            .joined(separator: "-")
    }
}
