import KiwiDiagnostics

extension Resolver {
    func addRepositories(to image: inout ResolvedImage) {
        image.repositories = selection.repositories.map { section in
            var repository = Repository(section)
            repository.source.value = replacingArchitecture(in: repository.source.value)
            return repository
        }
        let keys = overrides.signingKeys.map { Located($0) } + image.repositories.flatMap(\.signingKeys)
        var seen: Set<String> = []
        image.trustedKeys = keys.map {
            Located(Self.replacingRelease(in: $0.value, image.releaseVersion), at: $0.position)
        }.filter { seen.insert($0.value).inserted }
    }

    /// `%arch`, a macro of the first KIWI, is the architecture of the image.
    private func replacingArchitecture(in path: String) -> String {
        let name = selection.architecture.rawValue
        return path.replacing("%arch", with: name == "ix86" ? "i386" : name)
    }

    /// `$releasever` and `${releasever}` are the release version, if there is one.
    static func replacingRelease(in key: String, _ version: String?) -> String {
        guard let version else { return key }
        return key.replacing("${releasever}", with: version).replacing("$releasever", with: version)
    }
}

extension Repository {
    init(_ section: RepositorySection) {
        let attributes = section.attributes
        self.init(
            position: section.position, source: section.source, type: attributes.string("type"),
            alias: attributes.string("alias"), priority: attributes.number("priority"),
            components: attributes.string("components")?.split(whereSeparator: \.isWhitespace).map(
                String.init) ?? [],
            distribution: attributes.string("distribution"),
            architectures: attributes.list("architectures") ?? [],
            username: attributes.string("username"), password: attributes.string("password"),
            imageInclude: attributes.boolean("imageinclude") ?? false,
            imageOnly: attributes.boolean("imageonly") ?? false,
            packageGPGCheck: attributes.boolean("package_gpgcheck"),
            repositoryGPGCheck: attributes.boolean("repository_gpgcheck"),
            sourceType: attributes.string("sourcetype"), customize: attributes["customize"],
            signingKeys: section.signingKeys)
    }
}
