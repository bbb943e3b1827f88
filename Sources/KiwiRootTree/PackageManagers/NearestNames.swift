import KiwiDiagnostics

/// Up to three known package names that the user may have meant: one misspelled, others that
/// begin with what was written.
func nearestNames(to name: String, among all: [String]) -> [String] {
    var found: [String] = []
    if let near = nearestName(to: name, among: all) { found.append(near) }
    for candidate in all.sorted()
    where candidate.hasPrefix(name + "-") && found.count < 3 && !found.contains(candidate) {
        found.append(candidate)
    }
    return found
}
