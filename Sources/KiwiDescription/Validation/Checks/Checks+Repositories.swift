extension RuntimeCheck {
    static let repositoryChecks: [RuntimeCheck] = [repositoriesConfigured, publicRepositories]

    private static let repositoriesConfigured = RuntimeCheck("check_repositories_configured") { context in
        guard context.image.repositories.isEmpty else { return nil }
        return Finding(
            at: context.document.root.position, "No repositories configured",
            remedy: "add <repository>, or --add-repo SOURCE")
    }

    private static let publicRepositories = RuntimeCheck("check_image_include_repos_publicly_resolvable") {
        context in
        for repository in context.image.repositories where repository.imageInclude {
            let source = repository.source.value
            guard
                source.hasPrefix("/")
                    || ["dir:", "file:", "this:", "obsrepositories:"].contains(where: source.hasPrefix)
            else { continue }
            return Finding(
                at: repository.source.position,
                "the image would have the repository '\(source)', which is only here",
                remedy: "give it a public URL, or remove 'imageinclude'")
        }
        return nil
    }
}
