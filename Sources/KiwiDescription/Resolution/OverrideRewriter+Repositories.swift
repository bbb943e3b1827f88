import KiwiDiagnostics

extension OverrideRewriter {
    mutating func changeRepositories() throws(Failure) {
        let overrides = request.overrides
        let selection = selection
        if overrides.ignoreRepositories {
            document.root.removeChildren { $0.name == "repository" }
        } else if overrides.ignoreRepositoriesUsedForBuild {
            document.root.removeChildren {
                $0.name == "repository" && !(selection.counts($0) && $0.isTrue("imageonly"))
            }
        }
        if let text = overrides.setRepository {
            try setRepository(RepositorySpecification(text), credentials: overrides.setRepositoryCredentials)
        }
        for (index, text) in overrides.addRepositories.enumerated() {
            let credentials = overrides.addRepositoryCredentials
            try addRepository(
                RepositorySpecification(text),
                credentials: index < credentials.count ? credentials[index] : nil)
        }
    }

    /// Changes only the given fields of the first selected repository.
    private mutating func setRepository(
        _ specification: RepositorySpecification, credentials: String?
    ) throws(Failure) {
        if let priority = specification.priority, Int(priority) == nil {
            throw Self.usage("--set-repo: the priority '\(priority)' is no number")
        }
        let secret = credentials.map(Self.credentials)
        var isDone = false
        let selection = selection
        document.root.rewriteChildren("repository") { element in
            guard !isDone, selection.counts(element) else { return }
            isDone = true
            specification.apply(to: &element, credentials: secret)
        }
        if !isDone { note("--set-repo has no effect: no repository is left") }
    }

    private mutating func addRepository(
        _ specification: RepositorySpecification, credentials: String?
    ) throws(Failure) {
        guard specification.source != nil else {
            throw Self.usage("--add-repo needs a source", remedy: "write --add-repo SOURCE,TYPE,ALIAS")
        }
        if let priority = specification.priority, Int(priority) == nil {
            note("--add-repo: the priority '\(priority)' is no number and is ignored")
        }
        var element = Element("repository")
        element.append(Element("source"), indent: "        ")
        specification.apply(to: &element, credentials: credentials.map(Self.credentials))
        document.root.append(element, indent: "    ")
    }

    /// The text itself, or the first line of the file of that name.
    private static func credentials(_ text: String) -> String {
        guard case .file = FileAccess.kind(of: text), let data = try? FileAccess.read(text, limit: 65536)
        else {
            return text
        }
        return trimmed(String(decoding: data.prefix { $0 != 10 }, as: UTF8.self))
    }
}
