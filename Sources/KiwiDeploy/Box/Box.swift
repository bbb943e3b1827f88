import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// A virtual machine that builds images, kept as a folder: the results of a description whose type is `kis`.
public struct Box: Sendable, Hashable {
    /// Where all of a person's boxes are.
    public var folder: String
    public var name: String

    /// The one that is taken when no name is given.
    public static let usualName = "debian"

    /// - Throws: a usage error for what cannot be the name of a folder.
    public init(_ name: String, in folder: String) throws(Failure) {
        self.folder = folder
        self.name = name
        guard let first = name.utf8.first, name.utf8.count <= 64, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-"), name.utf8.allSatisfy({ Self.isWord($0) || "._-".utf8.contains($0) })
        else {
            throw Failure(
                .usage,
                Diagnostic(
                    "bad-box", "'\(name)' cannot be the name of a box",
                    remedy: "choose one of letters, digits, dots, dashes and underscores"))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// The folder of this one.
    public var place: String { "\(folder)/\(name)" }
    /// Where it is made, under a name that no box has.
    public var workshop: String { "\(folder)/.\(name)" }
    /// What builds leave for later ones: a sparse disk, removed together with the box.
    public var cacheDisk: String { "\(place)/cache.raw" }
    public var exists: Bool { FileSystem.isFile("\(place)/kiwi.result.json") }

    /// Bytes of ``cacheDisk``, which is sparse: a limit, not a size.
    public static let cacheBytes: Int64 = 64 << 30

    public static func folder(of caller: Caller) -> String {
        caller.isRoot ? "/var/lib/kiwi/boxes" : "\(caller.dataFolder)/boxes"
    }

    /// The boxes in a folder, by name.
    public static func all(in folder: String) -> [Box] {
        ((try? FileSystem.names(in: folder)) ?? []).sorted().compactMap { try? Box($0, in: folder) }
            .filter(\.exists)
    }

    /// The box of a name, or the only one there is.
    /// - Throws: a usage error that tells which boxes there are.
    public static func find(_ name: String?, in folder: String) throws(Failure) -> Box {
        let all = all(in: folder)
        if name == nil, all.count == 1 { return all[0] }
        let wanted = name ?? usualName
        if let found = all.first(where: { $0.name == wanted }) { return found }
        throw Failure(
            .usage,
            Diagnostic(
                "no-box", "there is no box '\(wanted)' in \(folder)",
                remedy: "make it with 'kiwi box create\(name.map { " \($0)" } ?? "")'"
                    + (all.isEmpty
                        ? "" : ", or give --box; there are: \(all.map(\.name).joined(separator: ", "))")
            ))
    }
}

/// The files a box starts from.
public struct BoxFiles: Sendable, Hashable {
    public var kernel: String
    public var initrd: String
    /// The root file system.
    public var disk: String
    /// The kernel's command line, as the build wrote it.
    public var append: String

    public init(kernel: String, initrd: String, disk: String, append: String) {
        self.kernel = kernel
        self.initrd = initrd
        self.disk = disk
        self.append = append
    }

    /// What the machine must be; nil when the name of the disk does not say it.
    public var architecture: Architecture? { Architecture(resultFile: disk) }
}
