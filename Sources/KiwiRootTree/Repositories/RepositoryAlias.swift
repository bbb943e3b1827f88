import KiwiDescription
import KiwiToolbox

/// Names of repositories that have no alias, and file names made from aliases.
enum RepositoryAlias {
    static func derived(from repository: Repository) -> String {
        let parts = [repository.source.value, repository.distribution ?? ""] + repository.components
        return String(Digest(ofParts: parts).hex.prefix(12))
    }

    /// Only characters that apt accepts in the name of a sources file.
    static func fileName(_ alias: String) -> String {
        String(alias.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) ? $0 : "_" })
    }
}
