import KiwiDiagnostics

/// Which profiles a build has.
struct ProfileSelection {
    var profiles: [Profile]
    var architecture: Architecture

    init(_ description: Description, _ architecture: Architecture) {
        profiles = description.profiles.filter { $0.scope.includes(profiles: [], architecture) }
        self.architecture = architecture
    }

    /// The requested ones in order, each followed by what it requires; without a request the
    /// imported ones, without their requirements.
    func select(_ requested: [String], all: [Profile]) throws(Failure) -> [String] {
        if requested.isEmpty {
            var selected: [String] = []
            for profile in profiles where profile.isImported && !selected.contains(profile.name.value) {
                selected.append(profile.name.value)
            }
            return selected
        }
        var selected: [String] = []
        for name in requested {
            guard profiles.contains(where: { $0.name.value == name }) else {
                throw Failure(.usage, unknown(name, at: nil, all: all))
            }
            try add(name, to: &selected, all: all)
        }
        return selected
    }

    private func add(_ name: String, to selected: inout [String], all: [Profile]) throws(Failure) {
        guard !selected.contains(name) else { return }
        selected.append(name)
        for profile in profiles where profile.name.value == name {
            for requirement in profile.requires where requirement.scope.includes(profiles: [], architecture) {
                let required = requirement.profile
                guard profiles.contains(where: { $0.name.value == required.value }) else {
                    throw Failure(.descriptionWrong, unknown(required.value, at: required.position, all: all))
                }
                try add(required.value, to: &selected, all: all)
            }
        }
    }

    private func unknown(_ name: String, at position: Position?, all: [Profile]) -> Diagnostic {
        if let other = all.first(where: { $0.name.value == name }) {
            return Diagnostic(
                "profile-not-for-architecture", at: position ?? other.name.position,
                "the profile '\(name)' is not for \(architecture.rawValue)",
                remedy: "build it for \(oneOf(other.scope.architectures ?? []))")
        }
        let names = profiles.map(\.name.value)
        let remedy =
            nearestName(to: name, among: names).map { "write '\($0)'" }
            ?? (names.isEmpty
                ? "leave it out: the description has no profiles"
                : "choose from \(names.joined(separator: ", "))")
        return Diagnostic("unknown-profile", at: position, "there is no profile '\(name)'", remedy: remedy)
    }
}
