import KiwiDiagnostics

/// A whole description, decoded: everything its files say, for every profile and image type.
public struct Description: Hashable, Sendable {
    /// Absolute path of the description folder, without links.
    public var folder: String
    /// Absolute path of the description file.
    public var file: String
    /// As written, before any upgrade.
    public var sourceSchemaVersion: String?

    /// Absolute folders of the descriptions this one inherits, the farthest first.
    public var baseFolders: [String] = []

    public var name: Located<String>
    public var displayName: String?
    public var imageID: String?
    public var about: About
    public var preferences: [Preferences]
    public var profiles: [Profile]
    public var users: [UserSection]
    public var drivers: [FileSection]
    public var strip: [FileSection]
    public var repositories: [RepositorySection]
    public var containers: [ContainerSection]
    public var packages: [PackageSection]
    public var certificates: [CertificateSection]

    /// `<description>`.
    public struct About: Hashable, Sendable {
        /// `system` or `boot`.
        public var type = "system"
        public var author = ""
        public var contacts: [String] = []
        public var specification = ""
        public var licenses: [String] = []
    }
}

/// One `<profile>`.
public struct Profile: Hashable, Sendable, Codable {
    public var name: Located<String>
    public var description: String
    /// Selected when no profile is asked for.
    public var isImported: Bool
    public var scope: Scope
    public var requires: [Requirement]

    public struct Requirement: Hashable, Sendable, Codable {
        public var profile: Located<String>
        public var scope: Scope
    }
}

/// One `<preferences>`.
public struct Preferences: Hashable, Sendable {
    public var position: Position?
    public var scope: Scope
    /// The text of the plain elements by name, as written.
    public var values: [String: Located<String>]
    public var showLicense: [String]
    public var types: [ImageType]
}

/// One `<users>`.
public struct UserSection: Hashable, Sendable {
    public var scope: Scope
    /// Position and attributes of each `<user>`.
    public var users: [AttributedElement]
}

/// An element that has nothing but attributes.
public struct AttributedElement: Hashable, Sendable, Codable {
    public var position: Position?
    public var attributes: Attributes

    init(_ element: Element) {
        position = element.position
        attributes = element.locatedAttributes
    }
}

/// One `<drivers>` or `<strip>`.
public struct FileSection: Hashable, Sendable {
    public var scope: Scope
    /// `delete`, `tools` or `libs`; nil for drivers.
    public var type: String?
    public var files: [Located<String>]
}

/// One `<repository>`.
public struct RepositorySection: Hashable, Sendable {
    public var position: Position?
    public var scope: Scope
    public var attributes: Attributes
    /// `this://` resolved.
    public var source: Located<String>
    /// `this://` resolved.
    public var signingKeys: [Located<String>]
}

/// One `<containers>`.
public struct ContainerSection: Hashable, Sendable {
    public var scope: Scope
    public var source: String
    public var backend: String
    public var containers: [AttributedElement]
}

/// One `<certificates>`.
public struct CertificateSection: Hashable, Sendable {
    public var scope: Scope
    public var targetDistribution: String
    public var files: [Located<String>]
}

/// One `<packages>`.
public struct PackageSection: Hashable, Sendable {
    public var position: Position?
    public var scope: Scope
    /// `image`, `bootstrap`, `iso`, ...
    public var type: String
    /// The type of an old schema for which alone the section counts: `vmx`, `xen`, ...
    public var legacyType: String?
    public var patternType: String?
    public var bootstrapPackage: Located<String>?
    public var packages: [AttributedElement]
    public var collections: [AttributedElement]
    public var products: [AttributedElement]
    public var ignore: [AttributedElement]
    public var archives: [AttributedElement]
    public var files: [AttributedElement]
    public var modules: [AttributedElement]
}
