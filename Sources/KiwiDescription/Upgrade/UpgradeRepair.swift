import KiwiDiagnostics

/// Saves what the steps of KIWI lose, and gives a place in schema 8.5 to what they leave without.
///
/// Repairs work on descriptions before schema 7.4 only. A repair before a step does that step's
/// work properly, so that the step itself finds nothing to do.
struct UpgradeRepair: Sendable {
    enum Moment: Hashable, Sendable {
        /// Before all steps.
        case first
        /// Before the step to this version, where that is still to come.
        case before(SchemaVersion)
        /// After all steps.
        case last
    }

    var moment: Moment
    /// Descriptions of this version and newer need it not.
    var limit: SchemaVersion
    var rewrite: @Sendable (_ image: inout Element, _ context: inout Context) -> Void

    /// What repairs know and tell.
    struct Context {
        /// The version of the description.
        var version: SchemaVersion
        var legacy: LegacyRecord
        var notes: [Diagnostic] = []

        func facts(_ type: Element) -> LegacyFacts? { type.position.flatMap { legacy.types[$0] } }

        /// Something similar was put in the place of what does not exist any more.
        mutating func replaced(_ message: String, at position: Position?, _ remedy: String) {
            add("upgrade-replaced", .warning, message, position, remedy)
        }

        /// Something has no place in 8.5.
        mutating func dropped(_ message: String, at position: Position?, _ remedy: String) {
            add("upgrade-dropped", .warning, message, position, remedy)
        }

        /// Something nobody can build any more.
        mutating func refused(_ message: String, at position: Position?, _ remedy: String) {
            add("upgrade-impossible", .error, message, position, remedy)
        }

        /// Each once, although a section may have moved into several types.
        private mutating func add(
            _ code: String, _ severity: Diagnostic.Severity, _ message: String, _ position: Position?,
            _ remedy: String
        ) {
            let finding = Diagnostic(code, severity, at: position, message, remedy: remedy)
            if !notes.contains(finding) { notes.append(finding) }
        }
    }

    typealias Body = @Sendable (inout Element, inout Context) -> Void

    static func first(olderThan limit: SchemaVersion = .oldestOfKIWI, _ body: @escaping Body) -> UpgradeRepair
    {
        UpgradeRepair(moment: .first, limit: limit, rewrite: body)
    }

    static func before(_ major: Int, _ minor: Int, _ body: @escaping Body) -> UpgradeRepair {
        let version = SchemaVersion(major, minor)
        return UpgradeRepair(moment: .before(version), limit: version, rewrite: body)
    }

    static func last(_ body: @escaping Body) -> UpgradeRepair {
        UpgradeRepair(moment: .last, limit: .oldestOfKIWI, rewrite: body)
    }

    static let all: [UpgradeRepair] =
        lossRepairs + preferenceRepairs + packageRepairs + userRepairs + repositoryRepairs + blockRepairs
        + typeRepairs
        + loaderRepairs + machineRepairs
}
