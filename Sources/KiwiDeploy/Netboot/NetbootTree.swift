import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// The folder of a boot server: what KIWI's manual describes, with loaders and their menus.
///
///     KIWI/          config.<MAC>, files for single clients
///     boot/          kernels, initrds, boot/grub, entries.json (what the menus are made of)
///     image/         images and their checksums
///     upload/        registrations; the only folder that clients write to
///     pxelinux.0, pxelinux.cfg/, boot.ipxe
public struct NetbootTree: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    static let folders = ["KIWI", "boot", "boot/grub", "image", "upload", "pxelinux.cfg"]

    var entriesFile: String { "\(path)/boot/entries.json" }

    /// Whether it is one.
    public var exists: Bool { Self.folders.allSatisfy { FileSystem.isRealFolder("\(path)/\($0)") } }

    /// - Throws: `Failure` when it is none.
    public func require() throws(Failure) {
        if exists { return }
        throw Failure(
            .usage,
            Diagnostic(
                "no-netboot-tree", "\(path) is no folder of a boot server",
                remedy: "make one: kiwi netboot init \(path)"))
    }

    // MARK: - Making

    /// Makes the folders, the loaders that this machine can give, and empty menus. Nothing that is there is
    /// changed but loaders and menus of ours.
    /// - Returns: what could not be done.
    public func prepare(addresses: NetbootAddresses = .unknown) async throws -> [Diagnostic] {
        for folder in Self.folders { try FileSystem.makeFolder("\(path)/\(folder)") }
        let findings = try await LoaderFiles(tree: path).install()
        try writeMenus(addresses)
        return findings
    }

    // MARK: - Entries

    /// - Throws: `Failure` when the file is damaged.
    public func entries() throws(Failure) -> [NetbootEntry] {
        guard FileSystem.exists(entriesFile) else { return [] }
        guard let bytes = try? FileSystem.readBytes(entriesFile, limit: 1 << 20),
            let entries = try? JSONDecoder().decode([NetbootEntry].self, from: Data(bytes)),
            entries.allSatisfy(\.isPlain)
        else {
            throw Failure(
                .usage,
                Diagnostic(
                    "netboot-entries", "\(entriesFile) is damaged",
                    remedy: "remove it and export the results again"))
        }
        return entries
    }

    /// Adds entries at the top; those of the same name are replaced.
    public func add(_ new: [NetbootEntry], addresses: NetbootAddresses) throws {
        let names = Set(new.map(\.id))
        let entries = new + (try entries()).filter { !names.contains($0.id) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileSystem.writeAtomically(
            String(decoding: try encoder.encode(entries), as: UTF8.self) + "\n", to: entriesFile)
        try writeMenus(addresses)
    }

    /// Writes the menus of all loaders.
    /// - Throws: `Failure` when somebody else's file is in the way.
    public func writeMenus(_ addresses: NetbootAddresses) throws {
        let menu = NetbootMenu(entries: try entries(), addresses: addresses)
        let files = [
            ("pxelinux.cfg/default", menu.pxelinux), ("boot/grub/grub.cfg", menu.grub),
            (NetbootLoaders.script, menu.ipxe),
        ]
        do {
            try GrubStart.patch("\(path)/\(NetbootLoaders.grubUEFI)", server: addresses.server)
        } catch { throw Self.unwritable(addresses, error) }
        for (name, text) in files {
            let file = "\(path)/\(name)"
            if let old = try? FileSystem.readText(file, limit: 1 << 20) {
                if old == text { continue }
                guard old.prefix(200).contains(NetbootMenu.mark) else {
                    throw Failure(
                        .usage,
                        Diagnostic(
                            "foreign-menu", "\(file) was not written by kiwi, it stays as it is",
                            remedy: "move it away, then call this again"))
                }
            }
            do {
                try FileSystem.writeAtomically(text, to: file)
            } catch { throw Self.unwritable(addresses, error) }
        }
    }

    private static func unwritable(_ addresses: NetbootAddresses, _ error: any Error) -> Failure {
        Failure(
            .machineLacks,
            Diagnostic(
                "netboot-menu", "the menus do not get the address \(addresses.server): \(error)",
                remedy: "let this user write there, or export with --server \(addresses.server)"))
    }

    // MARK: - Clients

    /// The file with the configuration of a client, by the spelling that is there; nil when there is none.
    public func configurationFile(of client: String, spellings: [String]) -> String? {
        spellings.map { "\(path)/KIWI/config.\($0)" }.first(where: FileSystem.isRegularFile)
    }
}
