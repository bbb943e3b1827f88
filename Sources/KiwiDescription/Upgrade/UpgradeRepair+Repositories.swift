import KiwiDiagnostics

extension UpgradeRepair {
    static let repositoryRepairs: [UpgradeRepair] = [.before(7, 1, channelTypes), .last(buildService)]

    /// Channel types of the package manager smart that nothing reads any more.
    private static let channels: Set<String> = [
        "red-carpet", "slack-site", "up2date-mirrors", "urpmi", "rpm-sys", "deb-sys",
    ]

    @Sendable private static func channelTypes(_ image: inout Element, _ context: inout Context) {
        image.each("repository") { repository in
            guard let type = repository.attribute("type"), channels.contains(trimmed(type.value)) else {
                return
            }
            context.refused(
                "no package manager can read a repository of the type '\(type.value)'",
                at: type.valuePosition,
                type.value.hasSuffix("-sys")
                    ? "name the repository the machine was installed from"
                    : "name an rpm-md, yast2 or apt-deb repository with the same packages")
        }
    }

    /// `opensuse://PROJECT/REPOSITORY` is `obs://` today.
    @Sendable private static func buildService(_ image: inout Element, _ context: inout Context) {
        image.each("source") { source in
            guard let path = source.attribute("path"), path.value.hasPrefix("opensuse://") else { return }
            var place = path.value.dropFirst("opensuse://".count)
            while place.last == "/" { place.removeLast() }
            if place.contains("/") { return source.set("path", "obs://" + place) }
            context.replaced(
                "'\(path.value)' names no repository of the project: 'standard' is taken",
                at: path.valuePosition, "write obs://\(place)/REPOSITORY")
            source.set("path", "obs://\(place)/standard")
        }
    }
}
