/// Steps that several plans of one run have in common are run once: equal keys mean equal outputs.
public actor SharedSteps {
    /// What a step has made, without its place in a plan.
    struct Outputs: Sendable {
        var values: [Artifact: [UInt8]] = [:]
        var files: [Artifact: String] = [:]
        var layers: [Artifact: LayerStore.Layer] = [:]
    }

    private struct Entry {
        var task: Task<Outputs, any Error>
        var waiting: Int
    }

    private var entries: [String: Entry] = [:]

    public init() {}

    /// The outputs for a key, made by the first plan that asks. A plan that fails elsewhere does not take
    /// the step from others that wait for it.
    ///
    /// - Returns: also whether this call has made them.
    func outputs(
        for key: String, make: @escaping @Sendable () async throws -> Outputs
    ) async throws -> (Outputs, isNew: Bool) {
        let isNew = entries[key] == nil
        let task = entries[key]?.task ?? Task.detached(operation: make)
        entries[key, default: Entry(task: task, waiting: 0)].waiting += 1
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            Task { await self.leave(key) }
        }
        return (try result.get(), isNew)
    }

    /// A plan that was cancelled waits no more; nobody needs the step when it was the last.
    private func leave(_ key: String) {
        guard var entry = entries[key] else { return }
        entry.waiting -= 1
        entries[key] = entry
        if entry.waiting <= 0 { entry.task.cancel() }
    }
}
