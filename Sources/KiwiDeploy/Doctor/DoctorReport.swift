/// What this machine can build and what it lacks.
public struct DoctorReport: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
        case ok
        /// Works, but slower, or only something beside building live images needs it.
        case note
        /// Live images cannot be built.
        case missing
    }

    /// One thing that was looked at.
    public struct Check: Codable, Sendable, Equatable {
        /// Stable name, for example `sandbox` or `tool.mksquashfs`.
        public var id: String
        public var state: State
        /// What was found.
        public var finding: String
        /// The command that mends it, or advice.
        public var remedy: String?

        public init(_ id: String, _ state: State, _ finding: String, remedy: String? = nil) {
            self.id = id
            self.state = state
            self.finding = finding
            self.remedy = remedy
        }
    }

    public var checks: [Check]

    public init(checks: [Check]) { self.checks = checks }

    /// Whether live images can be built here.
    public var canBuild: Bool { !checks.contains { $0.state == .missing } }
}
