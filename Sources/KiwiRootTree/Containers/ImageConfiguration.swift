import KiwiDescription

/// The configuration of a container image, as OCI's image specification and Docker write it.
public struct ImageConfiguration: Codable, Sendable, Hashable {
    public var created: String?
    public var author: String?
    public var architecture: String
    public var variant: String?
    public var os: String
    public var config: Settings?
    public var rootfs: RootFileSystem
    public var history: [HistoryEntry]?

    public init(
        created: String?, author: String?, architecture: String, variant: String?, config: Settings?,
        layers: [String], history: [HistoryEntry]
    ) {
        self.created = created
        self.author = author
        self.architecture = architecture
        self.variant = variant
        os = "linux"
        self.config = config
        rootfs = RootFileSystem(diffIDs: layers)
        self.history = history
    }

    /// How a container of this image runs.
    public struct Settings: Codable, Sendable, Hashable {
        public var user: String?
        public var exposedPorts: [String: Empty]?
        public var environment: [String]?
        public var entrypoint: [String]?
        public var command: [String]?
        public var volumes: [String: Empty]?
        public var workingDirectory: String?
        public var labels: [String: String]?
        public var stopSignal: String?
        // Docker's own, taken over from a base image.
        public var healthcheck: Healthcheck?
        public var onBuild: [String]?
        public var shell: [String]?

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case user = "User"
            case exposedPorts = "ExposedPorts"
            case environment = "Env"
            case entrypoint = "Entrypoint"
            case command = "Cmd"
            case volumes = "Volumes"
            case workingDirectory = "WorkingDir"
            case labels = "Labels"
            case stopSignal = "StopSignal"
            case healthcheck = "Healthcheck"
            case onBuild = "OnBuild"
            case shell = "Shell"
        }
    }

    /// `{}`: these tables are sets.
    public struct Empty: Codable, Sendable, Hashable {
        public init() {}
    }

    public struct Healthcheck: Codable, Sendable, Hashable {
        var test: [String]?
        var interval: Int64?
        var timeout: Int64?
        var startPeriod: Int64?
        var startInterval: Int64?
        var retries: Int?

        private enum CodingKeys: String, CodingKey {
            case test = "Test"
            case interval = "Interval"
            case timeout = "Timeout"
            case startPeriod = "StartPeriod"
            case startInterval = "StartInterval"
            case retries = "Retries"
        }
    }

    public struct RootFileSystem: Codable, Sendable, Hashable {
        public var type = "layers"
        /// Digests of the layers' tar archives, the lowest first.
        public var diffIDs: [String]

        init(diffIDs: [String]) { self.diffIDs = diffIDs }

        private enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    public struct HistoryEntry: Codable, Sendable, Hashable {
        public var created: String?
        public var createdBy: String?
        public var author: String?
        public var comment: String?
        public var emptyLayer: Bool?

        public init(created: String?, createdBy: String?, author: String?, comment: String?) {
            self.created = created
            self.createdBy = createdBy
            self.author = author
            self.comment = comment
        }

        private enum CodingKeys: String, CodingKey {
            case created, author, comment
            case createdBy = "created_by"
            case emptyLayer = "empty_layer"
        }
    }
}

extension Architecture {
    /// Name and variant in container images, which are those of the Go language.
    public var containerName: (name: String, variant: String?) {
        switch rawValue {
        case "x86_64": ("amd64", nil)
        case "i386", "i486", "i586", "i686", "ix86": ("386", nil)
        case "aarch64": ("arm64", nil)
        case "armv7l", "armv7hl": ("arm", "v7")
        case "armv6l", "armv6hl": ("arm", "v6")
        case "armv5el", "armv5tel": ("arm", "v5")
        case "loongarch64": ("loong64", nil)
        default: (rawValue, nil)
        }
    }
}
