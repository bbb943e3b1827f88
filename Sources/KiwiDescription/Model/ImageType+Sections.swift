import KiwiDiagnostics

extension ImageType {
    /// `<containerconfig>`.
    public struct ContainerConfig: Hashable, Sendable, Codable {
        public var position: Position?
        /// `name`, `tag`, `additionalnames`, `maintainer`, `user` and `workingdir` where written.
        public var attributes: Attributes
        /// Words of the entry point; empty: cleared; nil: as in the base image.
        public var entrypoint: [String]?
        /// As ``entrypoint``.
        public var subcommand: [String]?
        /// Ports as written.
        public var expose: [String]
        public var volumes: [String]
        public var stopSignal: String?
        public var environment: [Variable]
        public var labels: [Variable]
        public var history: History?

        public struct History: Hashable, Sendable, Codable {
            public var attributes: Attributes
            public var comment: String
        }
    }

    /// `<machine>`.
    public struct Machine: Hashable, Sendable, Codable {
        public var position: Position?
        public var attributes: Attributes
        public var disk: AttributedElement?
        public var dvd: AttributedElement?
        public var nics: [AttributedElement]
        /// Lines for the VMX file.
        public var configEntries: [String]
    }

    /// `<systemdisk>`.
    public struct SystemDisk: Hashable, Sendable, Codable {
        public var position: Position?
        public var attributes: Attributes
        /// The volumes as written; ``ImageType/volumes`` has them computed.
        public var volumes: [AttributedElement]
    }

    /// One `<partition>`.
    public struct Partition: Hashable, Sendable, Codable {
        public var position: Position?
        public var name: String
        public var megabytes: Int
        /// How many byte copies stand before it.
        public var clones: Int
        /// The GPT name; default `p.lx` + name.
        public var partitionName: String
        /// `t.linux` or `t.raid`.
        public var partitionType: String
        public var number: Int?
        public var mountPoint: String?
        public var fileSystem: String?
        public var label: String
    }

    /// One `<initrd>`: what it does with which modules and drivers.
    public struct InitrdAction: Hashable, Sendable, Codable {
        public var position: Position?
        /// `add`, `omit`, `set` or `setup`.
        public var action: String
        public var modules: [Located<String>]
        public var drivers: [Located<String>]
        /// The value of the last `<dracut>`.
        public var uefi: Bool
    }
}

/// `N`, `NM` or `NG` in MiB; nil for anything else.
func megabytes(_ size: String) -> Int? {
    let text = trimmed(size)
    if text.hasSuffix("G") { return Int(text.dropLast()).map { $0 * 1024 } }
    return Int(text.hasSuffix("M") ? String(text.dropLast()) : text)
}
