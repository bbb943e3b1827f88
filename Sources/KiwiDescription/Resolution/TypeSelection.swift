import KiwiDiagnostics

/// Which `<type>` a build makes.
struct TypeSelection {
    struct Candidate {
        var type: ImageType
        var preferences: Int
        var index: Int
    }

    private var description: Description
    private var profiles: [String]
    private var architecture: Architecture
    var candidates: [Candidate]

    init(_ description: Description, profiles: [String], architecture: Architecture) {
        self.description = description
        self.profiles = profiles
        self.architecture = architecture
        candidates = []
        for (index, section) in description.preferences.enumerated()
        where section.scope.includes(profiles: profiles, architecture) {
            for (typeIndex, type) in section.types.enumerated() {
                candidates.append(Candidate(type: type, preferences: index, index: typeIndex))
            }
        }
    }

    /// The first of the name; without one the first primary type, else the first.
    func select(_ name: String?) throws(Failure) -> (preferences: Int, type: Int) {
        // A disk was called vmx until schema 7.2.
        let wanted = name == "vmx" ? "oem" : name
        let found =
            name.map { name in
                candidates.first { $0.type.legacy?.typeName == name }
                    ?? candidates.first { $0.type.image == wanted }
            }
            ?? candidates.first { $0.type.flag("primary") } ?? candidates.first
        guard let found else { throw refusal(wanted) }
        return (found.preferences, found.index)
    }

    private func refusal(_ name: String?) -> Failure {
        let chosen =
            profiles.isEmpty ? "without a profile" : "for the profiles \(profiles.joined(separator: ", "))"
        let elsewhere = profilesOffering(name)
        let choice = elsewhere.isEmpty ? nil : "add --profile \(oneOf(elsewhere))"
        guard let name else {
            let diagnostic = Diagnostic(
                "no-type", at: description.preferences.first?.position,
                "no image type is defined \(chosen)",
                remedy: choice ?? "add <type image=\"...\"> to <preferences>")
            return Failure(elsewhere.isEmpty ? .descriptionWrong : .usage, diagnostic)
        }
        let names = candidates.map(\.type.name)
        var remedy = nearestName(to: name, among: names).map { "write --type \($0)" }
        if remedy == nil { remedy = choice }
        if remedy == nil, !names.isEmpty { remedy = "choose from \(names.joined(separator: ", "))" }
        return Failure(
            .usage,
            Diagnostic("unknown-type", at: nil, "there is no image type '\(name)' \(chosen)", remedy: remedy))
    }

    /// Profiles with which the type, or any, could be built.
    private func profilesOffering(_ name: String?) -> [String] {
        let known = description.profiles.filter { $0.scope.includes(profiles: [], architecture) }.map(
            \.name.value)
        return known.filter { profile in
            !profiles.contains(profile)
                && description.preferences.contains { section in
                    section.scope.includes(profiles: [profile], architecture)
                        && section.types.contains { $0.image == name || $0.name == name || name == nil }
                }
        }
    }
}
