import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// What the description says about a file system of an image.
public struct FileSystemOptions: Sendable, Encodable {
    public var kind: FileSystemKind
    public var squash: SquashChoice
    /// `erofscompression`.
    public var erofsCompression: String?
    /// `fscreateoptions`, as words.
    public var creation: [String]
    /// Written by the caller of the image at run time: an ext file system gets its journal.
    public var isWritable: Bool
    public var label: String?
    /// The part of the tree that goes into it; nil: all.
    public var part: SplitPart?
    /// Orders versions of kernels.
    public var packageManager: String
    /// `<size>` in bytes.
    public var sizeBytes: Int64?
    public var sizeIsAdditive: Bool
    /// The size is that of a place on a disk, to the byte. Set when the place is known.
    @Unkeyed public var sizeIsExact = false
    /// The rule of descriptions before schema 2.0.
    public var sizeRule: LegacyFacts.SizeRule?
    @Unkeyed public var sizePosition: Position?
    /// `filesystem`, or `image`.
    @Unkeyed public var position: Position?

    /// - Parameter isWritable: false for what lies below an overlay.
    public init(_ image: ResolvedImage, kind: FileSystemKind, isWritable: Bool) {
        let type = image.type
        self.kind = kind
        self.isWritable = isWritable
        packageManager = image.packageManager.value
        squash = SquashChoice(
            written: type.string("squashfscompression").flatMap(SquashCompression.init),
            architecture: image.architecture)
        erofsCompression = type.string("erofscompression")
        creation = (type.string("fscreateoptions") ?? "").split(separator: " ").map(String.init)
        sizeBytes = type.size?.bytes
        sizeIsAdditive = type.size?.additive ?? false
        sizeRule = type.legacy?.sizeRule
        _sizePosition = Unkeyed(wrappedValue: type.size?.position)
        _position = Unkeyed(wrappedValue: type.position(of: "filesystem"))
    }

    /// The size of the image; read-only file systems need none.
    ///
    /// - Throws: `size-too-small` when the tree can never fit.
    public func size(for tree: TreeMeasure) throws(Failure) -> (bytes: Int64, note: String?) {
        let asked = sizeBytes.map {
            ImageType.Size(position: sizePosition, bytes: $0, additive: sizeIsAdditive)
        }
        let minimum = FileSystemSize.minimum(for: tree, as: kind)
        if let sizeRule {
            do throws(Diagnostic) {
                let bytes = try sizeRule.bytes(need: max(tree.apparentBytes, minimum), size: asked)
                let grown = bytes - (asked?.bytes ?? bytes)
                return (
                    ByteCount.roundUp(bytes, to: ByteCount.mebi),
                    grown > 0 ? "<size> is \(ByteCount.text(grown)) too small and grows by it" : nil
                )
            } catch { throw Failure(.descriptionWrong, error) }
        }
        let wished = FileSystemSize.chosen(
            needed: FileSystemSize.needed(for: tree, as: kind), asked: asked)
        let chosen = sizeIsExact ? sizeBytes ?? wished : wished
        guard chosen >= minimum else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: sizePosition ?? position,
                    "root file system: needs \(ByteCount.text(minimum)), has \(ByteCount.text(chosen))",
                    remedy: "raise <size> to \(minimum / ByteCount.mebi) M or more, or remove it"))
        }
        return (chosen, nil)
    }

    /// The programs that make it.
    public var tools: [ToolRequirement] {
        func tool(_ name: String, _ purpose: String, package: String? = nil) -> ToolRequirement {
            ToolRequirement(name, package: package ?? kind.debianPackage, to: purpose)
        }
        let maker = tool(kind.maker, "make the root file system")
        switch kind {
        case .ext2, .ext3, .ext4:
            return [
                maker, tool("dumpe2fs", "set times in the root file system"),
                tool("debugfs", "set times in the root file system"), tool("e2fsck", "check it"),
            ]
        case .xfs:
            return [
                maker, tool("xfs_db", "complete the root file system"), tool("xfs_repair", "check it"),
                tool("faketime", "give the files of an xfs a fixed time", package: "faketime"),
            ]
        case .btrfs:
            return [
                maker, tool("btrfs", "check the root file system"),
            ]
        case .squashfs, .erofs: return [maker]
        }
    }
}
