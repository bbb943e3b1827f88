import FoundationEssentials
import KiwiDiagnostics

/// What a `<type>` of a schema before 7.4 said and schema 8.5 has no words for.
///
/// The upgrade turns old types into those of today; who builds the old kind of result finds here
/// what it was asked to be.
public struct LegacyFacts: Hashable, Sendable, Codable {
    /// The type as it was called: `vmx`, `usb`, `xen`, `split`, `pxe`, ...
    public var typeName: String
    /// The schema version of the description.
    public var schemaVersion: String
    /// The description of the initrd, for example `netboot/suse-10.2`.
    public var boot: Located<String>?
    /// As written; of a pair ``readWriteFileSystem`` and ``readOnlyFileSystem`` have the parts.
    public var fileSystem: Located<String>?
    public var readWriteFileSystem: Located<String>?
    public var readOnlyFileSystem: Located<String>?
    /// `compressed`, `unified`, ... of a live system.
    public var flags: Located<String>?
    /// The boot loader it named: `grub`, `isolinux`, ...
    public var loader: Located<String>?
    /// Whether the result was to be compressed with gzip.
    public var isCompressed = false
    /// How a network client gets the image.
    public var deploy: Deploy?
    /// The folder `prepare` used without `--root`.
    public var defaultRoot: Located<String>?
    /// The folder `create` used without a target folder.
    public var defaultDestination: Located<String>?
    /// How sizes were meant; nil: as today.
    public var sizeRule: SizeRule?

    /// KIWI 1.x did not take `<size>` literally.
    public struct SizeRule: Hashable, Sendable, Codable {
        /// Bytes by which an image that is too small grows without a word.
        public var silentGrowth: Int64 = 100 << 20
        /// What is added to the need when no size is written, in percent.
        public var reservePercent: Int64 = 10

        /// The size of an image.
        /// - Parameters:
        ///   - need: bytes its content needs.
        ///   - size: `<size>` of its type.
        /// - Throws: a diagnostic at `<size>` when it is too small by more than ``silentGrowth``.
        public func bytes(need: Int64, size: ImageType.Size?) throws(Diagnostic) -> Int64 {
            guard let size else { return need + need * reservePercent / 100 }
            guard need > size.bytes + silentGrowth else { return max(need, size.bytes) }
            let mebi = { (bytes: Int64) in (bytes + (1 << 20) - 1) >> 20 }
            throw Diagnostic(
                "size-too-small", at: size.position,
                "the image needs \(mebi(need)) MiB, but <size> says \(mebi(size.bytes))",
                remedy: "write <size unit=\"M\">\(mebi(need))</size>, or more")
        }
    }

    /// `<deploy>`, later `<pxedeploy>`.
    public struct Deploy: Hashable, Sendable, Codable {
        public var position: Position?
        /// The TFTP server.
        public var server: String?
        /// Bytes of a TFTP block.
        public var blockSize: Int?
        /// The disk of the partitions, for example `/dev/sda`.
        public var device: String?
        public var partitions: [Partition] = []
        public var union: Union?
        /// Files the client fetches at boot.
        public var configurations: [Configuration] = []
    }

    /// One partition of a client's disk.
    public struct Partition: Hashable, Sendable, Codable {
        public var number: Int?
        /// The type for sfdisk: `S`, `L` or a number.
        public var type: String?
        /// MB, `image`, `x`, or any size sfdisk knows.
        public var size: String?
        public var mountPoint: String?
        /// Whether the system image goes there.
        public var isTarget = false
    }

    /// A read-only image with a partition to write to.
    public struct Union: Hashable, Sendable, Codable {
        public var readWriteDevice: String?
        public var readOnlyDevice: String?
        /// `aufs`, `unionfs`, ...
        public var type: String?
    }

    /// A file fetched at boot.
    public struct Configuration: Hashable, Sendable, Codable {
        /// On the TFTP server.
        public var source: String
        /// Below the root of the client.
        public var destination: String
    }
}

extension LegacyFacts {
    /// Whether it was a virtual disk of schema 1.x, whose raw form has the ending `.qemu`.
    public var isVirtualDiskOf2007: Bool { typeName == "vmx" && sizeRule != nil }

    /// Whether BIOS machines were started by isolinux, by name.
    public var wantsIsolinux: Bool { ["isolinux", "syslinux"].contains(loader?.value) }
}

extension LegacyFacts.Deploy {
    init(_ element: Element) {
        position = element.position
        server = element["server"]
        blockSize = element["blocksize"].flatMap { Int(trimmed($0)) }
        let disk = element.first("partitions")
        device = disk?["device"]
        partitions = (disk?.children("partition") ?? []).map { partition in
            LegacyFacts.Partition(
                number: partition["number"].flatMap { Int(trimmed($0)) }, type: partition["type"],
                size: partition["size"], mountPoint: partition["mountpoint"],
                isTarget: UpgradeStep.boolean(partition["target"] ?? "") == "true"
                    || partition["target"] == "1")
        }
        union = element.first("union").map {
            LegacyFacts.Union(readWriteDevice: $0["rw"], readOnlyDevice: $0["ro"], type: $0["type"])
        }
        configurations = element.children("configuration").map {
            LegacyFacts.Configuration(source: $0["source"] ?? "", destination: $0["dest"] ?? "")
        }
    }
}

// MARK: - In the copy of a description that a root tree keeps

extension LegacyFacts {
    private static let noteStart = "<?kiwi-legacy "

    /// A processing instruction for the `<type>`.
    var note: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = (try? encoder.encode(self)) ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        // `?>` would end the instruction.
        return Self.noteStart + text.replacing(">", with: "\\u003e") + "?>"
    }

    /// Reads ``note`` in a type; nil when there is none.
    init?(noteIn element: Element) {
        for case .markup(let source) in element.nodes where source.hasPrefix(Self.noteStart) {
            let text = source.dropFirst(Self.noteStart.count).dropLast(2)
            if let facts = try? JSONDecoder().decode(LegacyFacts.self, from: Data(text.utf8)) {
                self = facts
                return
            }
        }
        return nil
    }
}
