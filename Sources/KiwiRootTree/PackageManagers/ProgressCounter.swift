import KiwiToolbox
import Synchronization

/// Counts finished items from any thread and reports them as the running step's progress.
final class ProgressCounter: Sendable {
    private let done: Mutex<Int64>
    private let total: Int64
    private let unit: String
    private let workspace: Workspace

    init(start: Int64 = 0, of total: Int64, _ workspace: Workspace, unit: String) {
        done = Mutex(start)
        self.total = total
        self.unit = unit
        self.workspace = workspace
        if total > 0 { workspace.progress(start, of: total, unit) }
    }

    func advance() {
        let now = done.withLock { value -> Int64 in
            value = min(value + 1, total)
            return value
        }
        workspace.progress(now, of: total, unit)
    }
}
