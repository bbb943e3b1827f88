import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What a resolved image says about the configuration of its tree.
public struct ConfigurationInput: Sendable, Hashable {
    public var name: String
    public var imageID: String?
    public var packageManager: Located<String>
    public var environment: [String: String]
    public var users: [User]
    public var locales: [String]
    public var timezone: String?
    public var keytable: String?
    public var splashTheme: String?
    public var bootstrapArchives: [PackageSet.Archive]
    public var systemArchives: [PackageSet.Archive]
    public var files: [PackageSet.File]
    /// `--delete-package`: removed with dependencies' consent, before the configuration.
    public var deleteRequested: [Located<String>]
    public var uninstallPackages: [Located<String>]
    public var deletePackages: [Located<String>]
    public var imageRepositories: ImageRepositories
    public var descriptionText: String
    public var selinuxPolicy: String
    /// Whether the system can label its files itself.
    public var labelsMayWait: Bool
    public var keepIdentity: Bool

    public init(for image: ResolvedImage, options: PrepareOptions = PrepareOptions()) {
        name = image.name
        imageID = image.imageID
        packageManager = image.packageManager
        environment = image.environment
        users = image.users
        locales = image.locales
        timezone = image.timezone
        keytable = image.keytable
        splashTheme = image.bootsplashTheme
        bootstrapArchives = image.bootstrap.archives
        systemArchives = image.system.archives
        files = image.bootstrap.files + image.system.files
        deleteRequested = image.deletePackagesOnDemand.map { Located($0) }
        uninstallPackages = image.uninstallPackages
        deletePackages = image.deletePackages
        imageRepositories = ImageRepositories(
            repositories: image.repositories.filter { $0.imageInclude || $0.imageOnly }
                .map { $0.withScript(in: image.folder) },
            architecture: image.architecture, obsDownloadURL: options.obsDownloadURL)
        descriptionText = Self.withoutSecrets(options.descriptionText, of: image.repositories)
        labelsMayWait = SecurityLabels.mayWait(for: image.type)
        selinuxPolicy = image.type.string("selinux_policy") ?? "targeted"
        keepIdentity = options.keepIdentity
    }

    /// Credentials of repositories never reach `/image`.
    static func withoutSecrets(_ text: String, of repositories: [Repository]) -> String {
        var text = text
        for repository in repositories {
            let masked = RepositoryAddress.masked(repository.source.value)
            if masked != repository.source.value {
                text = text.replacing(repository.source.value, with: masked.replacing("******@", with: ""))
            }
            if let password = repository.password, !password.isEmpty {
                text = text.replacing("password=\"\(password)\"", with: "password=\"\"")
            }
        }
        return text
    }

    /// What decides the result and must not be printed.
    var secretMaterial: [String] {
        users.map { "\($0.name) \($0.passwordFormat.rawValue) \($0.password ?? "-")" }
            + imageRepositories.repositories.map {
                "\($0.source.value) \($0.username ?? "-") \($0.password ?? "-")"
            }
    }
}

extension ConfigurationInput: Encodable {
    private enum CodingKeys: CodingKey {
        case name, imageID, environment, users, locales, timezone, keytable, splashTheme
        case bootstrapArchives, systemArchives, files, deleteRequested, uninstallPackages, deletePackages
        case imageRepositories, description, selinuxPolicy, keepIdentity
    }

    /// Passwords never appear in a printed plan; the description's text only by its digest.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let users = users.map { user in
            var user = user
            user.password = user.password.map { _ in "******" }
            user.position = nil
            return user
        }
        try container.encode(name, forKey: .name)
        try container.encode(imageID, forKey: .imageID)
        try container.encode(environment, forKey: .environment)
        try container.encode(users, forKey: .users)
        try container.encode(locales, forKey: .locales)
        try container.encode(timezone, forKey: .timezone)
        try container.encode(keytable, forKey: .keytable)
        try container.encode(splashTheme, forKey: .splashTheme)
        try container.encode(bootstrapArchives.map(\.name.value), forKey: .bootstrapArchives)
        try container.encode(
            systemArchives.map { [$0.name.value, $0.targetDirectory ?? ""] }, forKey: .systemArchives)
        try container.encode(
            files.map { [$0.name.value, $0.target ?? "", $0.owner ?? "", $0.permissions ?? ""] },
            forKey: .files)
        try container.encode(deleteRequested.map(\.value), forKey: .deleteRequested)
        try container.encode(uninstallPackages.map(\.value), forKey: .uninstallPackages)
        try container.encode(deletePackages.map(\.value), forKey: .deletePackages)
        try container.encode(imageRepositories.withoutPlaces, forKey: .imageRepositories)
        try container.encode(Digest(of: descriptionText).hex, forKey: .description)
        try container.encode(selinuxPolicy, forKey: .selinuxPolicy)
        try container.encode(keepIdentity, forKey: .keepIdentity)
    }
}

extension ImageRepositories {
    /// Without positions: where a repository stands in the description does not matter for the tree.
    var withoutPlaces: ImageRepositories {
        var copy = self
        copy.repositories = repositories.map { repository in
            var repository = repository
            repository.position = nil
            repository.source.position = nil
            // What is in it is part of the key (`scriptDigests`).
            repository.customize = repository.customize.map { Located(FileSystem.name(of: $0.value)) }
            for index in repository.signingKeys.indices { repository.signingKeys[index].position = nil }
            return repository
        }
        return copy
    }
}
