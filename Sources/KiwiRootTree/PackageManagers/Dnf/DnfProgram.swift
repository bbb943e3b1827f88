/// The dnf that works: version 4 or 5. microdnf cannot say what it would install, so that another stands in
/// on the machine; a tree may have it.
enum DnfProgram: String, Codable, Sendable {
    case dnf4 = "dnf-3"
    case dnf5 = "dnf5"
    case microdnf

    /// The one that the description asks for where it is there, else the other.
    ///
    /// - Parameters:
    ///   - name: the value of `<packagemanager>`.
    ///   - exists: whether a program is there.
    static func choose(for name: String, exists: (String) -> Bool) -> DnfProgram {
        let order: [DnfProgram] = isFive(name) ? [.dnf5, .dnf4] : [.dnf4, .dnf5]
        return order.first { exists($0.rawValue) } ?? order[0]
    }

    /// What a tree may have, the one that the description asks for first, by the names of the programs.
    static func inside(for name: String) -> [(file: String, program: DnfProgram)] {
        let four = [("dnf-3", DnfProgram.dnf4), ("dnf4", .dnf4)]
        switch name {
        case "microdnf": return [("microdnf", .microdnf), ("dnf5", .dnf5)] + four
        case "dnf5": return [("dnf5", .dnf5)] + four
        default: return four + [("dnf5", .dnf5)]
        }
    }

    /// Whether a name stands for dnf of version 5: microdnf has become a part of it.
    static func isFive(_ name: String) -> Bool { ["dnf5", "microdnf"].contains(name) }

    /// What people call it.
    var title: String {
        switch self {
        case .dnf4: "dnf 4"
        case .dnf5: "dnf 5"
        case .microdnf: "microdnf"
        }
    }

    /// Said where it works in place of another one.
    func note(for name: String) -> String? {
        if name == "microdnf" { return "\(title) installs in place of microdnf: the tree is the same" }
        guard Self.isFive(name) != (self == .dnf5) else { return nil }
        return "\(title) installs in place of \(name), which is not on this machine: the tree is the same"
    }
}
