import ArgumentParser
import KiwiDescription

/// Options that decide which packages a root tree gets, the same for building and for locking.
struct PackageChoiceOptions: ParsableArguments {
    @OptionGroup var offline: OfflineOptions
    @OptionGroup var repositories: RepositoryOptions
    @OptionGroup var tools: ToolsTreeOptions

    @Option(help: .init("Overwrite fields of the first repository.", valueName: "source,type,alias,..."))
    var setRepo: String?

    @Option(help: .init("Credentials for --set-repo, or a file with them.", valueName: "user:password"))
    var setRepoCredentials: String?

    @Option(
        parsing: .singleValue, help: .init("Install a further package. May be repeated.", valueName: "name"))
    var addPackage: [String] = []

    @Option(
        parsing: .singleValue, help: .init("Bootstrap a further package. May be repeated.", valueName: "name")
    )
    var addBootstrapPackage: [String] = []

    @Option(help: .init("Overwrite the release version.", valueName: "version"))
    var setReleaseVersion: String?

    @Option(
        parsing: .singleValue,
        help: .init("Trust a key for all repositories. May be repeated.", valueName: "file"),
        completion: .file())
    var signingKey: [String] = []

    func validate() throws {
        if setRepoCredentials != nil, setRepo == nil {
            throw ValidationError("--set-repo-credentials needs --set-repo")
        }
        try Self.check(packages: addPackage + addBootstrapPackage)
    }

    static func check(packages: [String]) throws {
        for package in packages where package.isEmpty || package.hasPrefix("-") {
            throw ValidationError("'\(package)' is no package name")
        }
    }

    func apply(to overrides: inout Overrides) {
        repositories.apply(to: &overrides)
        overrides.setRepository = setRepo
        overrides.setRepositoryCredentials = setRepoCredentials
        overrides.addPackages = addPackage
        overrides.addBootstrapPackages = addBootstrapPackage
        overrides.setReleaseVersion = setReleaseVersion
        overrides.signingKeys = signingKey.map(Paths.absolute)
    }
}
