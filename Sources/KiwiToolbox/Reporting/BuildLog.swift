import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The log of one build: every line goes to the log file, messages also to the observer.
///
/// Secrets that were announced are replaced by `******` in everything that passes.
public final class BuildLog: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var secrets: [String] = []
    }

    /// What logs of all scopes share.
    private final class Core: Sendable {
        let state = Mutex(State())
    }

    private let core: Core
    private let observer: (any BuildObserver)?
    /// Put before ids and texts: which of several plans speaks.
    private let scope: String?
    private let kept: KeptWarnings?

    /// The warnings of one step, to be said again when its result comes from the cache.
    final class KeptWarnings: Sendable {
        private let list = Mutex<[String]>([])
        var texts: [String] { list.withLock { $0 } }
        fileprivate func add(_ text: String) { list.withLock { $0.append(text) } }
    }

    public convenience init(observer: (any BuildObserver)? = nil) {
        self.init(core: Core(), observer: observer, scope: nil, kept: nil)
    }

    private init(core: Core, observer: (any BuildObserver)?, scope: String?, kept: KeptWarnings?) {
        self.core = core
        self.observer = observer
        self.scope = scope
        self.kept = kept
    }

    /// The same log for one of several plans that run side by side.
    func scoped(to name: String) -> BuildLog {
        BuildLog(core: core, observer: observer, scope: name, kept: kept)
    }

    /// The same log, which also collects its warnings.
    func keeping(_ warnings: KeptWarnings) -> BuildLog {
        BuildLog(core: core, observer: observer, scope: scope, kept: warnings)
    }

    /// Opens the log file for appending; until then lines only go to the observer.
    /// - Returns: false when the file cannot be opened.
    @discardableResult
    public func open(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        core.state.withLock {
            if $0.descriptor >= 0 { close($0.descriptor) }
            $0.descriptor = descriptor
        }
        return true
    }

    /// Announces a value that must never be printed.
    public func hide(_ secret: String) {
        guard !secret.isEmpty else { return }
        core.state.withLock { $0.secrets.append(secret) }
    }

    public func masked(_ text: String) -> String {
        core.state.withLock { Self.mask(text, $0.secrets) }
    }

    /// A message for people and the log file.
    public func message(_ level: BuildEvent.Level, _ text: String) {
        let masked = masked(text)
        if level == .warning { kept?.add(masked) }
        let text = (scope.map { "\($0): " } ?? "") + masked
        write("[ \(Self.name(level)) ]: \(Self.clock()) | \(text)\n")
        observer?.observe(.message(level, text))
    }

    public func info(_ text: String) { message(.info, text) }
    public func warning(_ text: String) { message(.warning, text) }
    public func debug(_ text: String) { message(.debug, text) }

    /// A raw line of a program's output: file only, debug level for the observer.
    public func line(_ text: String) { debug(text) }

    public func event(_ event: BuildEvent) {
        let event = scope.map { event.scoped(to: $0) } ?? event
        switch event {
        case .stepStarted(let id, let summary): write("[ STEP    ]: \(Self.clock()) | \(id): \(summary)\n")
        case .stepFinished(let id, let seconds, let reused):
            write(
                "[ STEP    ]: \(Self.clock()) | \(id): \(reused ? "reused" : "done") in \(tenths(seconds)) s\n"
            )
        default: break
        }
        observer?.observe(event)
    }

    private func write(_ text: String) {
        core.state.withLock { state in
            guard state.descriptor >= 0 else { return }
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
                if count <= 0 { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }

    private static func mask(_ text: String, _ secrets: [String]) -> String {
        secrets.reduce(text) { $0.contains($1) ? $0.replacing($1, with: "******") : $0 }
    }

    private static func name(_ level: BuildEvent.Level) -> String {
        switch level {
        case .debug: "DEBUG  "
        case .info: "INFO   "
        case .warning: "WARNING"
        case .error: "ERROR  "
        }
    }

    private static func clock() -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

/// Seconds with one decimal, for people.
public func tenths(_ seconds: Double) -> String {
    let value = Int((seconds * 10).rounded())
    return "\(value / 10).\(value % 10)"
}
