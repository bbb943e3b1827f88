import ArgumentParser

/// Options of the commands that build a root tree.
struct PrepareOptions: ParsableArguments {
    @Flag(help: "Use a root tree that exists already.")
    var allowExistingRoot = false

    @Flag(help: "Forget the downloaded packages and indexes of the repositories before the installation.")
    var clearCache = false

    @OptionGroup var choice: PackageChoiceOptions

    @Flag(help: "Use only the description's repositories with imageonly=\"true\".")
    var ignoreReposUsedForBuild = false

    @Option(
        parsing: .singleValue,
        help: .init("Remove a package after all are installed. May be repeated.", valueName: "name"))
    var deletePackage: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init(
            "Set an attribute of the selected image type. May be repeated.", valueName: "attribute=value"))
    var setTypeAttr: [String] = []

    @Flag(help: "Keep what package scripts made unique to this build (host keys, machine id).")
    var keepIdentity = false

    @Option(help: .init("Derive the container from another image.", valueName: "uri"))
    var setContainerDerivedFrom: String?

    @OptionGroup var registries: RegistryOptions

    @Option(help: .init("Set the tag of the container.", valueName: "tag"))
    var setContainerTag: String?

    @Option(
        parsing: .singleValue,
        help: .init("Add a label to the container. May be repeated.", valueName: "name=value"))
    var addContainerLabel: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init(
            "Let the image trust a certificate authority. May be repeated.", valueName: "file"),
        completion: .file())
    var caCert: [String] = []

    /// Families of distributions by where they keep certificates.
    enum CertificateDistribution: String, CaseIterable, ExpressibleByArgument {
        case suse, redhat, debian, archlinux
    }

    @Option(help: "Where the image keeps certificates, if the description does not say it.")
    var caTargetDistribution: CertificateDistribution?

    func validate() throws {
        if caTargetDistribution != nil, caCert.isEmpty {
            throw ValidationError("--ca-target-distribution needs --ca-cert")
        }
        for entry in setTypeAttr where !entry.contains("=") || entry.hasPrefix("=") {
            throw ValidationError("--set-type-attr '\(entry)' must have the form ATTRIBUTE=VALUE")
        }
        try PackageChoiceOptions.check(packages: deletePackage)
    }
}
