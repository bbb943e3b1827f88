import KiwiDiagnostics

/// The sections of a description that count for one build.
struct Selection {
    var description: Description
    var architecture: Architecture
    var profiles: [String]
    var type: ImageType
    /// The image types one could choose here.
    var types: [ImageType]
    /// Which `<preferences>`, and which `<type>` in it, was selected.
    var typeIndex: (preferences: Int, type: Int)

    var preferences: [Preferences]
    var users: [UserSection]
    var drivers: [FileSection]
    var strip: [FileSection]
    var repositories: [RepositorySection]
    var containers: [ContainerSection]
    var packages: [PackageSection]
    var certificates: [CertificateSection]

    /// Throws with ``LoadingStages/Stop`` so that callers know what did not fit.
    init(_ description: Description, _ request: ResolveRequest) throws(LoadingStages.Stop) {
        let architecture = request.architecture
        let profiles: [String]
        do {
            profiles = try ProfileSelection(description, architecture)
                .select(request.profiles, all: description.profiles)
        } catch { throw LoadingStages.Stop(stage: .profile, failure: error) }
        func counts(_ scope: Scope) -> Bool { scope.includes(profiles: profiles, architecture) }
        let selector = TypeSelection(description, profiles: profiles, architecture: architecture)
        do { typeIndex = try selector.select(request.type) } catch {
            throw LoadingStages.Stop(stage: .type, failure: error)
        }
        self.description = description
        self.architecture = architecture
        self.profiles = profiles
        types = selector.candidates.map(\.type)
        type = description.preferences[typeIndex.preferences].types[typeIndex.type]
        preferences = description.preferences.filter { counts($0.scope) }
        users = description.users.filter { counts($0.scope) }
        drivers = description.drivers.filter { counts($0.scope) }
        strip = description.strip.filter { counts($0.scope) }
        repositories = description.repositories.filter { counts($0.scope) }
        containers = description.containers.filter { counts($0.scope) }
        packages = description.packages.filter { counts($0.scope) }
        certificates = description.certificates.filter { counts($0.scope) }
    }

    // MARK: - Preferences

    /// The first selected section that has the element decides.
    func first(_ name: String) -> Located<String>? { preferences.lazy.compactMap { $0.values[name] }.first }

    /// The last selected section that has the element decides.
    func last(_ name: String) -> Located<String>? {
        preferences.reversed().lazy.compactMap { $0.values[name] }.first
    }

    var version: String { first("version")?.value ?? "" }
    var releaseVersion: String? {
        first("release-version").map { trimmed($0.value) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    var packageManager: Located<String> {
        guard let written = first("packagemanager") else { return Located("dnf4") }
        return Located(trimmed(written.value), at: written.position)
    }

    func firstBoolean(_ name: String) -> Bool {
        first(name).map { $0.value == "true" || $0.value == "1" } ?? false
    }

    // MARK: - Packages

    var systemSections: [PackageSection] { packages.filter { $0.type == "image" || isForType($0) } }
    var bootstrapSections: [PackageSection] { packages.filter { $0.type == "bootstrap" } }
    /// Sections named after the type count for some settings of the bootstrap phase too.
    var wideBootstrapSections: [PackageSection] {
        packages.filter { $0.type == "bootstrap" || isForType($0) }
    }

    /// Whether a section is for the selected image type, under its old name if it had another.
    private func isForType(_ section: PackageSection) -> Bool {
        section.type == type.image && (section.legacyType == nil || section.legacyType == type.name)
    }

    /// The elements that count for the architecture.
    func counting(_ elements: [AttributedElement]) -> [AttributedElement] {
        elements.filter { $0.attributes.list("arch")?.contains(architecture.rawValue) ?? true }
    }
}

extension Selection {
    /// Whether a section of the document counts in this build.
    func counts(_ element: Element) -> Bool {
        var scope = Scope(element)
        if !["preferences", "users", "repository", "containers"].contains(element.name) {
            scope.architectures = nil
        }
        return scope.includes(profiles: profiles, architecture)
    }
}

/// By code point, as every sorted list of a description is.
func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

/// Sorted, each value once.
func sortedUnique(_ values: [Located<String>]) -> [Located<String>] {
    var seen: Set<String> = []
    return values.filter { seen.insert($0.value).inserted }.sorted { precedes($0.value, $1.value) }
}
