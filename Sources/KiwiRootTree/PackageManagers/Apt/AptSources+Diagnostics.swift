import KiwiDescription
import KiwiDiagnostics

extension AptSources {
    static func unknownAddress(_ source: String, _ place: Position?) -> Diagnostic {
        let shown = RepositoryAddress.masked(source)
        if source.hasPrefix("obs") {
            return Diagnostic(
                "unknown-repository-address", at: place, "'\(shown)' needs the address of a build service",
                remedy:
                    "set obs: download_url in the runtime configuration, or write the repository's own address"
            )
        }
        return Diagnostic(
            "unknown-repository-address", at: place, "'\(shown)' is not an address of a repository",
            remedy: "write http://, https://, ftp://, file:, dir://, this://, an absolute path or buildhost:")
    }

    static func missingFolder(_ path: String, _ repository: Repository, _ place: Position?) -> Diagnostic {
        Diagnostic(
            "missing-repository", at: place,
            "repository '\(repository.stableAlias)': folder '\(path)' does not exist on this machine",
            remedy: "correct the path, or give another place with --mirror \(repository.source.value)=URL")
    }

    static func noBuildHost(_ host: HostAptConfiguration, _ place: Position?) -> Diagnostic {
        let seen =
            host.entries.isEmpty
            ? "this machine has no apt sources"
            : "none of its apt sources belongs to the distribution itself"
        return Diagnostic(
            "no-buildhost-archive", at: place, "'buildhost:' cannot be resolved: \(seen)",
            remedy: "name an archive with --mirror buildhost:=URL")
    }

    static func noKey(_ repository: Repository, _ place: Position?) -> Diagnostic {
        Diagnostic(
            "no-signing-key", at: place,
            "no key to verify repository '\(repository.stableAlias)' with: this machine has no archive keyring",
            remedy:
                "add <signing key=\"file:…\"/> to its <source>, or install the distribution's archive keyring"
        )
    }
}
