import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// The type `split` of KIWI 1 to 6: a system in two images, one that is written to and one that is not. The netboot client joins them
/// (`COMBINED_IMAGE`): what only the second has becomes links into it.
struct SplitImage {
    /// Of the first image; the second is what `filesystem` says.
    var readWrite: FileSystemKind

    /// nil when a type is none, or is compressed or encrypted as a whole.
    init?(_ type: ImageType) {
        guard type.image == "pxe", let facts = type.legacy, facts.typeName == "split",
            let written = facts.readWriteFileSystem, !type.flag("compressed"), Encryption(type) == nil
        else { return nil }
        let kind = FileSystemKind(rawValue: written.value) ?? .ext4
        // Two that are read-only are one.
        if kind.isReadOnlyImage { return nil }
        readWrite = kind
    }

    /// `NAME-read-only`, where a result has NAME.
    static func readOnlyName(_ name: String) -> String { "\(name)-read-only" }
}

/// A part of a split image: /usr is read-only, everything else is not.
public enum SplitPart: String, Sendable, Codable {
    case readWrite, readOnly

    private static let folder = "usr"

    /// - Parameter path: relative to the tree.
    func holds(_ path: String) -> Bool {
        let isBelow = path == Self.folder || path.hasPrefix("\(Self.folder)/")
        return isBelow == (self == .readOnly)
    }

    /// What the part leaves out of a tree.
    /// - Parameters:
    ///   - excluded: what the whole image leaves out, relative paths.
    ///   - top: the names in the tree's root.
    func excluded(_ excluded: [String], top: [String]) -> [String] {
        let inside = excluded.filter { holds($0) }
        let others = top.filter { !holds($0) }
        return (inside + others).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension Artifact {
    /// The read-only part of a split image, and its checksums.
    static let readOnlyPart = Artifact.file("read-only.fs")
    static let readOnlySHA256 = Artifact.file("read-only.sha256")
    static let readOnlyMD5 = Artifact.file("read-only.md5")
}
