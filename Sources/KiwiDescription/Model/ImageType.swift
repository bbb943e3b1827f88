import KiwiDiagnostics

/// The selected `<type>` with its children.
///
/// Attributes are kept as written, with their positions; typed access goes
/// through the extensions (`ImageType+Live.swift` and so on), which know the
/// defaults. All values have passed validation against the schema table.
public struct ImageType: Hashable, Sendable, Codable {
    /// The attribute `image`: `iso`, `oem`, `docker`, ...
    public var image: String
    public var position: Position?
    /// Every attribute that is written, by name.
    public var attributes: [String: Located<String>]
    public var bootloader: Bootloader?
    /// `<size>`: nil when absent.
    public var size: Size?
    /// `<oemconfig>`: the text of each element by name, as written; nil when absent.
    public var oemConfig: Attributes?
    public var containerConfig: ContainerConfig?
    public var machine: Machine?
    /// `<vagrantconfig>`: only the first is used.
    public var vagrantConfigs: [AttributedElement] = []
    public var systemDisk: SystemDisk?
    public var partitions: [Partition] = []
    /// `<initrd>` of the image.
    public var initrd: [InitrdAction] = []
    /// `<initrd>` of the first `<installmedia>`; nil when absent.
    public var installInitrd: [InitrdAction]?
    /// `<luksformat>`: names and values as words, in order.
    public var luksFormatOptions: [String] = []
    /// What it was in a description before schema 7.4; else nil.
    public var legacy: LegacyFacts?

    public init(
        image: String, position: Position? = nil, attributes: [String: Located<String>] = [:],
        bootloader: Bootloader? = nil, size: Size? = nil
    ) {
        self.image = image
        self.position = position
        self.attributes = attributes
        self.bootloader = bootloader
        self.size = size
    }

    public func string(_ name: String) -> String? { attributes[name]?.value }

    /// A boolean attribute; `true` and `1` are true. The default applies when it is not written.
    public func flag(_ name: String, default value: Bool = false) -> Bool {
        attributes[name].map { $0.value == "true" || $0.value == "1" } ?? value
    }

    public func number(_ name: String) -> Int? { attributes[name].flatMap { Int($0.value) } }

    public func position(of name: String) -> Position? { attributes[name]?.position ?? position }

    /// `<bootloader>`.
    public struct Bootloader: Hashable, Sendable, Codable {
        public var position: Position?
        /// The attribute `name`: `grub2`, `systemd_boot`, `custom`, ...
        public var name: String
        /// Every attribute that is written, by name.
        public var attributes: [String: Located<String>]
        /// Extra arguments for shim-install, grub-install and grub-mkconfig, as words in order.
        public var shimOptions: [String] = []
        public var installOptions: [String] = []
        public var configOptions: [String] = []
        /// Entries of `<environment>` in order.
        public var environment: [Variable] = []
        public var secureLinux: [SecureLinux] = []

        public init(position: Position? = nil, name: String, attributes: [String: Located<String>] = [:]) {
            self.position = position
            self.name = name
            self.attributes = attributes
        }

        /// `<securelinux>`.
        public struct SecureLinux: Hashable, Sendable, Codable {
            public var position: Position?
            public var caCertificate: String
            public var signingCertificate: String
            public var hostKeyDocuments: [Located<String>]
            public var revocationLists: [Located<String>]
        }
    }

    /// A name with a value.
    public struct Variable: Hashable, Sendable, Codable {
        public var name: String
        public var value: String?

        public init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// `<size>` in bytes (`unit` M or G, default M; G is 1024 M).
    public struct Size: Hashable, Sendable, Codable {
        public var position: Position?
        public var bytes: Int64
        /// Added to the measured size instead of being the whole size.
        public var additive: Bool
        public var unpartitionedBytes: Int64

        public init(
            position: Position? = nil, bytes: Int64, additive: Bool = false, unpartitionedBytes: Int64 = 0
        ) {
            self.position = position
            self.bytes = bytes
            self.additive = additive
            self.unpartitionedBytes = unpartitionedBytes
        }
    }
}

extension ImageType {
    /// The name under which it is selected: that of its schema, for example `vmx`.
    public var name: String { legacy?.typeName ?? image }
}
