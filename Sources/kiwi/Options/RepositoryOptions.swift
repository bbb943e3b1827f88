import ArgumentParser
import KiwiDescription

/// Which repositories count for one call; the description stays as it is.
struct RepositoryOptions: ParsableArguments {
    @Flag(help: "Use none of the description's repositories.")
    var ignoreRepos = false

    @Option(
        parsing: .singleValue,
        help: .init(
            "Add a repository. May be repeated.",
            discussion: """
                Fields: source,type,alias,priority,imageinclude,package_gpgcheck,{key;key},components,\
                distribution,repo_gpgcheck,repo_sourcetype. Empty ones are unset.
                """, valueName: "source,type,alias,..."))
    var addRepo: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("Credentials for the n-th --add-repo, or a file with them.", valueName: "user:password"))
    var addRepoCredentials: [String] = []

    func validate() throws {
        if addRepoCredentials.count > addRepo.count {
            throw ValidationError("--add-repo-credentials is given more often than --add-repo")
        }
    }

    func apply(to overrides: inout Overrides) {
        overrides.ignoreRepositories = ignoreRepos
        overrides.addRepositories = addRepo
        overrides.addRepositoryCredentials = addRepoCredentials
    }
}
