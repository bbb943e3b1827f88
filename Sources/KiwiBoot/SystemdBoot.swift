import KiwiDiagnostics
import KiwiToolbox

/// systemd-boot as a tree has it: paths inside the tree.
public struct SystemdBoot: Sendable, Codable, Hashable {
    public var program: String
    /// What the firmware trusts and what starts the program, where the distribution signs both.
    public var shim: String?
    /// MokManager and the like.
    public var helpers: [String] = []

    public init(program: String) { self.program = program }

    public var isSigned: Bool { program.hasSuffix(".signed") }

    private static let folder = "/usr/lib/systemd/boot/efi"

    /// Debian's package with it and with ``stub(for:)``.
    public static let debianPackage = "systemd-boot-efi"

    public static func programName(_ platform: LoaderPlatform) -> String {
        "systemd-boot\(platform.efiSuffix).efi"
    }

    /// The program a unified kernel image begins with.
    public static func stub(for platform: LoaderPlatform) -> String {
        "\(folder)/linux\(platform.efiSuffix).efi.stub"
    }

    /// - Parameters:
    ///   - signed: whether Secure Boot is wanted.
    ///   - matches: the sorted paths inside the tree that fit a pattern with `*`.
    public static func find(
        for platform: LoaderPlatform, signed: Bool, matches: (String) -> [String]
    ) -> SystemdBoot? {
        let plain = "\(folder)/\(programName(platform))"
        let candidates = signed ? ["\(plain).signed", plain] : [plain, "\(plain).signed"]
        guard let program = candidates.compactMap({ matches($0).first }).first else { return nil }
        var found = SystemdBoot(program: program)
        if signed, found.isSigned, let shim = SignedLoader.shim(for: platform, matches: matches) {
            found.shim = shim
            found.helpers = SignedLoader.helpers(for: platform, matches: matches)
        }
        return found
    }

    /// Where its files stand on the EFI partition.
    public func destinations(for platform: LoaderPlatform) -> [(source: String, place: String)] {
        var found = [
            (program, "EFI/systemd/\(Self.programName(platform))"),
            (shim ?? program, "EFI/BOOT/\(platform.removableName)"),
        ]
        if shim != nil {
            // Shim starts what has the name of GRUB.
            found.append((program, "EFI/BOOT/grub\(platform.efiSuffix).efi"))
            found += helpers.map { ($0, "EFI/BOOT/\(SignedLoader.plainName($0))") }
        }
        return found
    }

    public func install(for platform: LoaderPlatform, from tree: TreeReader, to efi: MediaFolder) throws {
        for (source, place) in destinations(for: platform) {
            guard let path = tree.place(source) else { throw FileError("find", source, code: 2) }
            try efi.copy(path, to: place)
        }
    }

    /// `loader/loader.conf`.
    public static func configuration(timeout: Int) -> String {
        "timeout \(timeout)\nconsole-mode max\neditor no\n"
    }

    /// What is wrong with it where Secure Boot is wanted.
    func warning(at position: Position?) -> Diagnostic? {
        guard shim == nil else { return nil }
        return Diagnostic(
            "no-signed-loader", .warning, at: position,
            "the root tree has no signed \(isSigned ? "shim" : "systemd-boot"): the image does not start where Secure Boot is on",
            remedy: "write firmware=\"efi\", or add the distribution's packages with signed loaders")
    }
}
