import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// The shared places of a build: `--cache-from` and `--cache-to`.
public actor SharedLayers: SharedCache {
    private let sources: [any CachePeer]
    private let target: (any CachePeer)?
    /// Those that failed: not asked again.
    private var failed: Set<CacheLocation> = []
    /// Entries that the target has.
    private var known: Set<String> = []
    /// Entries of the target that were refused.
    private var damaged: Set<String> = []
    private var lastPush: Task<Void, Never>?

    /// - Parameter access: how registries are reached.
    public init(from sources: [CacheLocation], to target: CacheLocation?, access: RegistryAccess) {
        self.sources = sources.map { Self.peer($0, access, isTarget: $0 == target) }
        self.target = target.map { Self.peer($0, access, isTarget: true) }
    }

    /// The programs that these places need.
    public static func requirements(_ places: [CacheLocation]) -> [ToolRequirement] {
        guard !places.isEmpty else { return [] }
        let usesRegistry = places.contains { if case .registry = $0 { true } else { false } }
        return PortableStep.requirements + (usesRegistry ? [RegistryPeer.requirement] : [])
    }

    private static func peer(_ location: CacheLocation, _ access: RegistryAccess, isTarget: Bool)
        -> any CachePeer
    {
        switch location {
        case .folder(let path): FolderPeer(folder: path, isTarget: isTarget)
        case .registry(let name): RegistryPeer(name: name, access: access)
        }
    }

    public func fetch(_ key: String, into folder: String, in workspace: Workspace) async throws -> Bool {
        for peer in sources where !failed.contains(peer.location) {
            let layout = try? ScratchFolder(in: workspace.folders.bulk)
            guard let layout else { return false }
            defer { layout.remove() }
            do {
                guard try await peer.get(key, into: layout.path, in: workspace) else { continue }
                let bytes = try await PortableStep(workspace: workspace).unpack(
                    OCILayout(layout.path), key, into: folder)
                if peer.location == target?.location { known.insert(key) }
                let text = "\(workspace.stepID) comes from \(peer.location)"
                if bytes > 0 { workspace.log.info("\(text) (\(SpaceCheck.binarySize(bytes)))") }
                return true
            } catch {
                try Task.checkCancellation()
                if error is PeerFailure {
                    say(error, peer, workspace)
                } else {
                    if peer.location == target?.location { damaged.insert(key) }
                    workspace.log.warning(
                        "\(workspace.stepID) of \(peer.location) is refused and made here: \(Self.text(error))"
                    )
                }
                try? FileSystem.removeTree(folder)
                do { try FileSystem.makeFolder("\(folder)/files") } catch { return false }
            }
        }
        return false
    }

    public func push(_ key: String, from folder: String, in workspace: Workspace) async throws {
        guard let target, !failed.contains(target.location), known.insert(key).inserted else { return }
        // One after the other: the build itself needs the processors.
        let previous = lastPush
        let task = Task { [self] in
            await previous?.value
            await send(key, folder, target, workspace)
        }
        lastPush = task
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        try Task.checkCancellation()
    }

    private func send(_ key: String, _ folder: String, _ target: any CachePeer, _ workspace: Workspace) async
    {
        guard !Task.isCancelled, !failed.contains(target.location) else { return }
        do {
            let isDamaged = damaged.contains(key)
            if !isDamaged, try await target.has(key, in: workspace) { return }
            let layout = try ScratchFolder(in: workspace.folders.bulk)
            defer { layout.remove() }
            try await PortableStep(workspace: workspace).pack(folder, into: layout.path)
            try await target.put(key, from: layout.path, replacing: isDamaged, in: workspace)
            workspace.log.debug("\(key.prefix(12)) is shared at \(target.location)")
        } catch {
            if Task.isCancelled { return }
            if error is PeerFailure {
                say(error, target, workspace)
            } else {
                workspace.log.warning("\(key.prefix(12)) is not shared: \(Self.text(error))")
            }
        }
    }

    private func say(_ error: any Error, _ peer: any CachePeer, _ workspace: Workspace) {
        guard let failure = error as? PeerFailure, failed.insert(peer.location).inserted else { return }
        workspace.log.warning(
            "the shared cache \(peer.location) is not used: \(failure.text)"
                + (failure.remedy.map { "; \($0)" } ?? ""))
    }

    private static func text(_ error: any Error) -> String {
        (error as? ToolFailure)?.lastLines.last ?? "\(error)"
    }
}
