import KiwiDescription
import KiwiRootTree

#if canImport(Glibc)
    import Glibc
#endif

/// What `<containerconfig>` and its surroundings say about a container image. Pure.
struct ContainerDescription: Sendable, Hashable, Codable {
    /// `name:tag`.
    var reference: String
    /// All names, that one first (docker only).
    var references: [String]
    var architecture: Architecture
    var author: String
    var user: String?
    var workingDirectory: String?
    /// Empty: cleared; nil: as in the base image.
    var entrypoint: [String]?
    var command: [String]?
    var ports: [String]
    var volumes: [String]
    var stopSignal: String?
    var environment: [String: String]
    var labels: [String: String]
    var createdBy: String
    var historyAuthor: String
    var comment: String?

    /// - Parameter sourceAddress: becomes the build service's label.
    init(_ image: ResolvedImage, sourceAddress: String? = nil) {
        let config = image.type.containerConfig
        func value(_ name: String) -> String? {
            config?.attributes.string(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        let name = value("name") ?? "kiwi-container"
        let tag = value("tag") ?? "latest"
        reference = "\(name):\(tag)"
        references = [reference]
        for other in config?.attributes.list("additionalnames") ?? [] where !other.isEmpty {
            let full =
                other.hasPrefix(":") ? name + other : Self.hasTag(other) ? other : "\(other):\(tag)"
            if !references.contains(full) { references.append(full) }
        }
        architecture = image.architecture
        let creator = "\(image.author) <\(image.contact)>"
        author = value("maintainer") ?? creator
        user = value("user")
        workingDirectory = value("workingdir")
        entrypoint = config?.entrypoint
        command = config?.subcommand
        ports = config?.expose ?? []
        volumes = config?.volumes ?? []
        stopSignal = config?.stopSignal
        environment = Self.table(config?.environment ?? [])
        labels = Self.table(config?.labels ?? [])
        if let sourceAddress { labels["org.openbuildservice.disturl"] = sourceAddress }
        createdBy = config?.history?.attributes.string("created_by") ?? "KIWI \(KiwiLevel.compatible)"
        historyAuthor = config?.history?.attributes.string("author") ?? creator
        comment = config?.history.flatMap { $0.comment.isEmpty ? nil : $0.comment }
    }

    /// A colon after the last slash begins a tag; one before it, a port.
    private static func hasTag(_ name: String) -> Bool {
        name.split(separator: "/").last?.contains(":") ?? false
    }

    /// Of equal names the last counts.
    private static func table(_ variables: [ImageType.Variable]) -> [String: String] {
        Dictionary(variables.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    }

    /// The configuration of the image.
    ///
    /// - Parameters:
    ///   - base: that of the image below; nil without one.
    ///   - layers: digests of our layers' tar archives.
    func configuration(over base: ImageConfiguration?, layers: [String], clock: Int64) -> ImageConfiguration {
        let time = Self.time(clock)
        var settings = base?.config ?? ImageConfiguration.Settings()
        if let user { settings.user = user }
        if let workingDirectory { settings.workingDirectory = workingDirectory }
        if let entrypoint { settings.entrypoint = entrypoint.isEmpty ? nil : entrypoint }
        if let command { settings.command = command.isEmpty ? nil : command }
        // Without any command a container could not be started.
        if base == nil, entrypoint == nil, command == nil { settings.command = ["/bin/bash"] }
        for port in ports {
            settings.exposedPorts = settings.exposedPorts ?? [:]
            settings.exposedPorts?[port.contains("/") ? port : "\(port)/tcp"] = .init()
        }
        for volume in volumes {
            settings.volumes = settings.volumes ?? [:]
            settings.volumes?[volume] = .init()
        }
        if let stopSignal { settings.stopSignal = stopSignal }
        settings.environment = merged(settings.environment)
        if !labels.isEmpty { settings.labels = (settings.labels ?? [:]).merging(labels) { $1 } }
        let (name, variant) = architecture.containerName
        let entries = layers.indices.map { index in
            ImageConfiguration.HistoryEntry(
                created: time, createdBy: createdBy, author: historyAuthor,
                comment: index == layers.count - 1 ? comment : nil)
        }
        return ImageConfiguration(
            created: time, author: author, architecture: base?.architecture ?? name,
            variant: base == nil ? variant : base?.variant, config: settings,
            layers: (base?.rootfs.diffIDs ?? []) + layers, history: (base?.history ?? []) + entries)
    }

    /// Variables keep the place they have in the base; new ones follow by name.
    private func merged(_ base: [String]?) -> [String]? {
        var left = environment
        var result = (base ?? []).map { entry -> String in
            let name = String(entry.prefix { $0 != "=" })
            return left.removeValue(forKey: name).map { "\(name)=\($0)" } ?? entry
        }
        result += left.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return result.isEmpty && base == nil ? nil : result
    }

    /// Seconds since 1970 as configurations write them.
    static func time(_ clock: Int64) -> String {
        var seconds = time_t(clock)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
