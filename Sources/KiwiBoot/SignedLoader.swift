import KiwiToolbox

/// The distribution's signed chain for UEFI: paths inside the tree.
public struct SignedLoader: Sendable, Codable, Hashable {
    /// Nil where the distribution signs GRUB for the firmware itself.
    public var shim: String?
    public var grub: String
    /// The variant for disks, where it is another one.
    public var diskGrub: String?
    /// MokManager and the like.
    public var helpers: [String]

    public init(shim: String?, grub: String, helpers: [String]) {
        self.shim = shim
        self.grub = grub
        self.helpers = helpers
    }

    /// The chain in a tree, in the order distributions are known to use; nil without a
    /// signed GRUB.
    /// - Parameter matches: the sorted paths inside the tree that fit a pattern with `*`.
    public static func find(for platform: LoaderPlatform, matches: (String) -> [String]) -> SignedLoader? {
        guard let grub = first(["signed-medium", "signed-grub"], platform, matches) else { return nil }
        var found = SignedLoader(
            shim: shim(for: platform, matches: matches), grub: grub,
            helpers: helpers(for: platform, matches: matches))
        found.diskGrub = first(["signed-grub"], platform, matches)
        return found
    }

    /// The first file that fits the patterns of distributions.
    private static func first(
        _ facts: [String], _ platform: LoaderPlatform, _ matches: (String) -> [String]
    ) -> String? {
        for pattern in facts.flatMap({ Distribution.values($0) }).map(platform.filledIn) {
            // The shortest name is the plain one where several variants lie side by side.
            let found = matches(pattern).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
            if let path = found.first { return path }
        }
        return nil
    }

    /// The program that firmware trusts.
    static func shim(for platform: LoaderPlatform, matches: (String) -> [String]) -> String? {
        first(["shim"], platform, matches)
    }

    /// What shim starts instead when keys are to be enrolled.
    static func helpers(for platform: LoaderPlatform, matches: (String) -> [String]) -> [String] {
        first(["shim-helper"], platform, matches).map { [$0] } ?? []
    }

    /// The chain as it goes onto a disk.
    public var onDisk: SignedLoader {
        var chain = self
        chain.grub = diskGrub ?? grub
        return chain
    }

    /// Copies the chain and writes GRUB's first configuration to all places where it may look.
    /// - Parameters:
    ///   - efi: the content of the EFI partition.
    ///   - beside: further folders for the configuration.
    public func install(
        for platform: LoaderPlatform, from tree: TreeReader, to efi: MediaFolder, first: String,
        beside: [String] = []
    ) throws {
        for (source, name) in destinations(for: platform) {
            guard let path = tree.place(source) else { continue }
            try efi.copy(path, to: "EFI/BOOT/\(name)")
        }
        // A signed GRUB looks where its distribution installs it, then beside itself.
        let binary = try tree.place(grub).map { try FileSystem.readBytes($0) } ?? []
        for folder in Self.prefixes(in: binary) + ["EFI/BOOT"] + beside {
            try efi.write(first, to: "\(folder)/grub.cfg")
        }
    }

    /// File names in EFI/BOOT by path inside the tree.
    public func destinations(for platform: LoaderPlatform) -> [(source: String, name: String)] {
        guard let shim else { return [(grub, platform.removableName)] }
        // Shim starts a file of this name; the CD variant has another one.
        let plain = Self.plainName(grub)
        let name = plain.hasPrefix("gcd") ? "grub\(platform.efiSuffix).efi" : plain
        return [(shim, platform.removableName), (grub, name)] + helpers.map { ($0, Self.plainName($0)) }
    }

    /// The name of a file without what follows `.efi`.
    static func plainName(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.firstRange(of: ".efi").map { String(name[..<$0.upperBound]) } ?? name
    }

    /// Folders of the EFI partition that a GRUB binary looks into for its configuration:
    /// its built-in prefix, read from the text in it.
    public static func prefixes(in binary: [UInt8]) -> [String] {
        let mark = Array("/EFI/".utf8)
        var found: Set<String> = []
        var index = 0
        while index + mark.count < binary.count {
            guard binary[index] == mark[0], binary[index..<index + mark.count].elementsEqual(mark) else {
                index += 1
                continue
            }
            let name = binary[(index + mark.count)...].prefix(40).prefix(while: isNameByte)
            index += mark.count
            let text = String(decoding: name, as: UTF8.self)
            if !text.isEmpty, text.uppercased() != "BOOT" { found.insert("EFI/\(text)") }
        }
        return found.sorted()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 95: true
        default: false
        }
    }
}
