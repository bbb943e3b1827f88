extension ConsistencyRule {
    static let repositoryRules: [ConsistencyRule] = [includeOrOnly, architectures]

    private static let includeOrOnly = element("include-or-only", "repository") { repository, _ in
        guard repository.attribute("imageinclude") != nil, let only = repository.attribute("imageonly") else {
            return nil
        }
        return Finding(
            at: only.position, "<repository> has both 'imageinclude' and 'imageonly'",
            remedy: "keep 'imageonly' for a repository the build does not use, else 'imageinclude'")
    }

    private static let architectures = element("repository-architectures", "repository") { repository, _ in
        guard let attribute = repository.attribute("architectures"), let type = repository["type"],
            type != "apt-deb"
        else { return nil }
        return Finding(
            at: attribute.position, "'architectures' has no meaning for repositories of type '\(type)'",
            remedy: "remove it, it is for apt-deb; 'arch' restricts the section")
    }
}
