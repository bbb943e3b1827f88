/// What a build tells while it runs. Printing is the command line's business.
public enum BuildEvent: Sendable {
    public enum Level: Int, Sendable, Comparable, Codable {
        case debug = 10
        case info = 20
        case warning = 30
        case error = 40
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    case message(Level, String)
    case stepStarted(id: String, summary: String)
    /// `total` is 0 when unknown; `unit` is for example "packages" or "MiB".
    case stepProgress(id: String, done: Int64, total: Int64, unit: String)
    /// `reused` says that the outputs came from the cache.
    case stepFinished(id: String, seconds: Double, reused: Bool)
}

extension BuildEvent {
    /// The event of one of several plans.
    func scoped(to name: String) -> BuildEvent {
        switch self {
        case .message: self
        case .stepStarted(let id, let summary):
            .stepStarted(id: "\(name)/\(id)", summary: "\(name): \(summary)")
        case .stepProgress(let id, let done, let total, let unit):
            .stepProgress(id: "\(name)/\(id)", done: done, total: total, unit: unit)
        case .stepFinished(let id, let seconds, let reused):
            .stepFinished(id: "\(name)/\(id)", seconds: seconds, reused: reused)
        }
    }
}

/// Receives what a build tells; called from any task.
public protocol BuildObserver: Sendable {
    func observe(_ event: BuildEvent)
}
