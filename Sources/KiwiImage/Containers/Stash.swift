import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// A root tree kept as a container image, for builds that go on from it.
public struct Stash: Sendable, Hashable {
    /// Where all of a person's stashes are.
    public var folder: String
    public var name: String

    /// - Throws: a usage error for names that containers of KIWI cannot have.
    public init(_ name: String, in folder: String) throws(Failure) {
        self.folder = folder
        self.name = name
        let isWord = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        let bytes = Array(name.utf8)
        guard bytes.count >= 2, isWord(bytes[0]), isWord(bytes[bytes.count - 1]),
            bytes.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") })
        else {
            throw Failure(
                .usage,
                Diagnostic(
                    "bad-stash", "'\(name)' cannot be the name of a stash",
                    remedy: "choose one of letters, digits and inner dashes with --container-name"))
        }
    }

    /// The folder of this one.
    public var place: String { "\(folder)/\(name)" }
    /// Its archive, of OCI's form.
    public var archive: String { "\(place)/\(name).tar" }
    public var exists: Bool { FileSystem.isFile(archive) }

    /// As a tree that others lie over.
    public var source: BaseImageSource {
        BaseImageSource(text: name, place: .archive(path: archive, name: nil))
    }

    /// KIWI's folder for root; others have one of their own, below XDG_DATA_HOME or `~/.local/share`.
    public static func folder(of caller: Caller) -> String {
        caller.isRoot ? "/var/tmp/kiwi-stash" : "\(caller.dataFolder)/stash"
    }

    /// The names in a folder, sorted.
    public static func names(in folder: String) -> [String] {
        ((try? FileSystem.names(in: folder)) ?? []).filter {
            (try? Stash($0, in: folder))?.exists ?? false
        }.sorted()
    }

    /// What keeps a finished root tree here: as the first layer, or as the difference from what is there.
    ///
    /// - Parameter image: what the tree was made from.
    public func steps(
        keeping tree: Artifact, of image: ResolvedImage, tag: String, owner: CreateOptions.Owner?
    ) -> [any BuildStep] {
        var steps: [any BuildStep] = []
        if exists {
            steps += [
                ImportBaseImage(
                    [source], architecture: image.architecture, access: RegistryAccess(), because: nil),
                UnpackBaseImage(),
            ]
        }
        // The description stays inside: 'system create' needs it.
        let excluded = ["dev/*", "proc/*", "sys/*"]
        return steps + [
            PackLayer(
                index: 0, because: nil, tree: tree, below: exists ? .baseTree : nil, compressed: true,
                excluded: excluded, withNodes: true, isDelta: false),
            WriteContainer(
                because: nil, format: .oci,
                description: ContainerDescription(stash: self, tag: tag, of: image),
                layerCount: 1, hasBase: exists, compression: nil),
            ReplaceResults(
                files: [ResultFile("container", .container, name: FileSystem.name(of: archive))],
                manifest: nil,
                bytes: 0, owner: owner),
        ]
    }
}

extension ContainerDescription {
    /// A tree on the way: it is entered by a shell, whatever its image will be.
    fileprivate init(stash: Stash, tag: String, of image: ResolvedImage) {
        var image = image
        image.type.containerConfig = nil
        self.init(image)
        reference = "\(stash.name):\(tag)"
        references = [reference]
        entrypoint = ["/bin/sh"]
    }
}
