import KiwiDescription
import KiwiDiagnostics

extension PackageManager {
    /// All that is wrong with a request, or has no effect.
    public func findings(_ request: PackageRequest) -> [Diagnostic] { request.unwritable + check(request) }
}

extension PackageRequest {
    /// Repositories with line breaks or control characters: the configuration of every package manager is
    /// made of lines, and the rest of such a value would be settings of its own.
    var unwritable: [Diagnostic] {
        repositories.compactMap { repository in
            let texts =
                [
                    repository.source.value, repository.alias, repository.distribution, repository.username,
                    repository.password, repository.sourceType,
                ].compactMap { $0 } + repository.components + repository.architectures
                + repository.signingKeys.map(\.value)
            guard
                texts.contains(where: {
                    $0.unicodeScalars.contains { $0.properties.generalCategory == .control }
                })
            else { return nil }
            return Diagnostic(
                "repository-control-character", at: repository.position ?? repository.source.position,
                "a repository has a line break or a control character in one of its values",
                remedy: "remove it")
        }
    }
}
