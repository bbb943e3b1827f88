import ArgumentParser
import KiwiDiagnostics

struct ImageInfo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a description says.",
        discussion: "With --format json: everything this program reads from the description, for machines.")

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String

    @OptionGroup var format: FormatOptions

    @Flag(help: "List the profiles.")
    var listProfiles = false

    @Flag(help: "Print the variables scripts see.")
    var printKiwiEnv = false

    @Flag(help: "Resolve the list of packages with the repositories.")
    var resolvePackageList = false

    @Flag(help: "Use none of the description's repositories.")
    var ignoreRepos = false

    @Option(
        parsing: .singleValue,
        help: .init("Add a repository. May be repeated.", valueName: "source,type,alias,..."))
    var addRepo: [String] = []

    @Option(
        parsing: .singleValue, help: .init("Credentials for the n-th --add-repo.", valueName: "user:password")
    )
    var addRepoCredentials: [String] = []

    @Flag(help: .hidden) var printXml = false
    @Flag(help: .hidden) var printYaml = false
    @Flag(help: .hidden) var printToml = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        try refuse(resolvePackageList, "--resolve-package-list")
        try refuse(ignoreRepos, "--ignore-repos of 'image info'")
        try refuse(!addRepo.isEmpty, "--add-repo of 'image info'")
        try refuse(!addRepoCredentials.isEmpty, "--add-repo-credentials of 'image info'")
        try refuse(printXml, "--print-xml")
        try refuse(printYaml, "--print-yaml")
        try refuse(printToml, "--print-toml")
    }

    func run() async throws {
        global.apply(json: format.isJSON)
        throw Failure(.machineLacks, Diagnostic("not-built-in", "this program cannot read descriptions yet"))
    }
}
