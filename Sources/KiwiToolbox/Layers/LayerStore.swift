import KiwiDiagnostics
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The layers of the root trees of one build and how they are stacked.
///
/// With stacking, a layer is the upper folder of an overlayfs mount and knows its
/// parents. Without (`Stacking.copy`), a layer is a complete tree, copied from its parent.
public final class LayerStore: Sendable {
    /// A finished layer: its folders, topmost first.
    struct Layer: Sendable {
        var stack: [String]
    }

    private struct State {
        var layers: [Artifact: Layer] = [:]
        var counter = 0
    }

    public let mounts: MountTable
    private let stacking: Stacking
    private let useTmpfs: Bool
    /// Whether layers are built in memory and not on the target's disk.
    public var buildsInMemory: Bool { useTmpfs }
    /// Whether each layer is a complete tree.
    var isCopying: Bool { stacking == .copy }
    private let state = Mutex(State())

    public init(mounts: MountTable, stacking: Stacking, useTmpfs: Bool) {
        self.mounts = mounts
        self.stacking = stacking
        self.useTmpfs = useTmpfs
    }

    /// A store for another plan, with the same ways of mounting.
    func sibling() -> LayerStore { LayerStore(mounts: mounts, stacking: stacking, useTmpfs: useTmpfs) }

    /// Takes a layer of another store.
    func adopt(_ artifact: Artifact, _ layer: Layer) { state.withLock { $0.layers[artifact] = layer } }

    /// Takes an existing plain folder as a complete layer (`system create --root`).
    public func adopt(_ layer: Artifact, folder: String) {
        state.withLock { $0.layers[layer] = Layer(stack: [folder]) }
    }

    /// Takes a cached folder as the layer over its parent.
    func adopt(_ layer: Artifact, cached folder: String, over parent: Artifact?) throws {
        let below = stacking == .overlay ? try parent.map { try info($0).stack } ?? [] : []
        state.withLock { $0.layers[layer] = Layer(stack: [folder] + below) }
    }

    /// The folder that holds what this layer itself changed (or, copied, the whole tree).
    func ownFolder(of layer: Artifact) throws -> String { try info(layer).stack[0] }

    func build(
        _ layer: Artifact, over parent: Artifact?, in workspace: Workspace,
        _ body: (RootTree) async throws -> Void
    ) async throws {
        let place = "\(useTmpfs ? workspace.folders.scratch : workspace.folders.bulk)/layers/\(layer.name)"
        try FileSystem.makeFolder("\(place)/fs")
        chmod("\(place)/fs", 0o755)
        guard let parent else {
            try await keepingFailure(layer, folders: ["\(place)/fs"], in: workspace) {
                try await body(RootTree(path: "\(place)/fs", workspace: workspace))
            }
            state.withLock { $0.layers[layer] = Layer(stack: ["\(place)/fs"]) }
            return
        }
        let below = try info(parent).stack
        if stacking == .copy {
            try await TreeCopy.copy(below[0], to: "\(place)/fs", with: workspace.runner)
            try await keepingFailure(layer, folders: ["\(place)/fs"], in: workspace) {
                try await body(RootTree(path: "\(place)/fs", workspace: workspace))
            }
            state.withLock { $0.layers[layer] = Layer(stack: ["\(place)/fs"]) }
            return
        }
        try FileSystem.makeFolder("\(place)/work")
        let target = try mountPoint(workspace)
        try mountOverlay(lower: below, upper: "\(place)/fs", work: "\(place)/work", at: target)
        try await keepingFailure(layer, folders: ["\(place)/fs"] + below, in: workspace) {
            defer { try? mounts.unmount(target) }
            try await body(RootTree(path: target, workspace: workspace))
        }
        try? FileSystem.removeTree("\(place)/work")
        state.withLock { $0.layers[layer] = Layer(stack: ["\(place)/fs"] + below) }
    }

    func withScratch<Result: Sendable>(
        _ layer: Artifact, in workspace: Workspace, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        let stack = try info(layer).stack
        let target = try mountPoint(workspace)
        let name = FileSystem.name(of: target)
        if stacking == .copy {
            // Other steps read the layer at the same time: they must see neither mount points nor leftovers.
            let place = "\(useTmpfs ? workspace.folders.scratch : workspace.folders.bulk)/throwaway/\(name)"
            try FileSystem.makeFolder(place)
            defer { try? FileSystem.removeTree(place) }
            try await TreeCopy.copy(stack[0], to: place, with: workspace.runner)
            try mounts.mount(place, at: target, flags: UInt(MS_BIND))
            defer { try? mounts.unmount(target) }
            return try await body(RootTree(path: target, workspace: workspace))
        }
        let place = "\(workspace.folders.scratch)/throwaway/\(name)"
        for folder in ["fs", "work"] { try FileSystem.makeFolder("\(place)/\(folder)") }
        chmod("\(place)/fs", 0o755)
        defer { try? FileSystem.removeTree(place) }
        try mountOverlay(lower: stack, upper: "\(place)/fs", work: "\(place)/work", at: target)
        defer { try? mounts.unmount(target) }
        return try await body(RootTree(path: target, workspace: workspace))
    }

    func withReadable<Result: Sendable>(
        _ layer: Artifact, in workspace: Workspace, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        let stack = try info(layer).stack
        guard stack.count > 1 else { return try await body(RootTree(path: stack[0], workspace: workspace)) }
        let target = try mountPoint(workspace)
        try mountOverlay(lower: stack, upper: nil, work: nil, at: target)
        defer { try? mounts.unmount(target) }
        return try await body(RootTree(path: target, workspace: workspace))
    }

    /// A tree whose changes go into the first folder of the stack.
    func withWritable<Result: Sendable>(
        _ layer: Artifact, stack: [String], in workspace: Workspace, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        guard stack.count > 1 else { return try await body(RootTree(path: stack[0], workspace: workspace)) }
        let target = try mountPoint(workspace)
        let work = "\(FileSystem.parent(of: stack[0]))/work"
        try FileSystem.makeFolder(work)
        defer { try? FileSystem.removeTree(work) }
        try mountOverlay(lower: Array(stack.dropFirst()), upper: stack[0], work: work, at: target)
        defer { try? mounts.unmount(target) }
        return try await body(RootTree(path: target, workspace: workspace))
    }

    func info(_ layer: Artifact) throws -> Layer {
        guard let info = state.withLock({ $0.layers[layer] }) else {
            throw Diagnostic(
                "internal-missing-layer", "no step has made \(layer.label)",
                remedy: "report this as a bug of kiwi")
        }
        return info
    }

    private func mountPoint(_ workspace: Workspace) throws -> String {
        let number = state.withLock { state -> Int in
            state.counter += 1
            return state.counter
        }
        let path = "\(workspace.folders.scratch)/trees/\(number)"
        try FileSystem.makeFolder(path)
        return path
    }

    private func mountOverlay(lower: [String], upper: String?, work: String?, at target: String) throws {
        var options = "lowerdir=" + lower.map(Self.escaped).joined(separator: ":")
        if let upper, let work { options += ",upperdir=\(Self.escaped(upper)),workdir=\(Self.escaped(work))" }
        if case .overlay = stacking, Stacking.needsUserXattr { options += ",userxattr" }
        try mounts.mount("kiwi", at: target, type: "overlay", flags: 0, options: options)
    }

    /// overlayfs splits its options at commas and colons.
    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing(":", with: "\\:").replacing(",", with: "\\,")
    }

    /// Keeps what a failed layer looks like, so that people can enter it.
    private func keepingFailure(
        _ layer: Artifact, folders: [String], in workspace: Workspace, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch {
            if !(error is CancellationError), !workspace.folders.target.isEmpty {
                await FailedTree.keep(layer: layer, folders: folders, in: workspace)
            }
            throw error
        }
    }
}

/// How a layer shows its parents' content.
public enum Stacking: Sendable, Equatable {
    /// Mounted with overlayfs.
    case overlay
    /// Copied: the same result, slower.
    case copy

    /// Inside a user namespace overlayfs keeps its marks in `user.*` attributes.
    static var needsUserXattr: Bool {
        guard let map = try? FileSystem.readText("/proc/self/uid_map") else { return false }
        let fields = map.split(whereSeparator: { $0 == " " || $0 == "\n" })
        return !(fields.count == 3 && fields[0] == "0" && fields[1] == "0" && fields[2] == "4294967295")
    }

    /// The attribute of a folder that hides what lies below it.
    public static var opaqueAttribute: String {
        needsUserXattr ? "user.overlay.opaque" : "trusted.overlay.opaque"
    }

    /// Tries the mounts that a build needs, in the folders it will use: a stack, an opaque
    /// folder, a removed and remade folder, a changed owner.
    /// - Returns: nil when stacking works, else what failed.
    public static func probe(upperFolder: String, lowerFolder: String) -> String? {
        let upperPlace = "\(upperFolder)/.stacking-probe"
        let lower = "\(lowerFolder)/.stacking-probe"
        defer {
            try? FileSystem.removeTree(upperPlace)
            try? FileSystem.removeTree(lower)
        }
        do {
            for path in ["\(upperPlace)/upper", "\(upperPlace)/work", "\(upperPlace)/merged", "\(lower)/a/b"]
            {
                try FileSystem.makeFolder(path)
            }
            try FileSystem.write("x", to: "\(lower)/a/file")
            let options =
                "lowerdir=\(lower),upperdir=\(upperPlace)/upper,workdir=\(upperPlace)/work"
                + (needsUserXattr ? ",userxattr" : "")
            let merged = "\(upperPlace)/merged"
            guard mount("kiwi", merged, "overlay", 0, options) == 0 else {
                throw FileError.current("mount overlay at", merged)
            }
            defer { umount2(merged, Int32(MNT_DETACH)) }
            try FileSystem.removeTree("\(merged)/a")
            try FileSystem.makeFolder("\(merged)/a")
            guard try FileSystem.names(in: "\(merged)/a").isEmpty else {
                throw FileError("replace a folder in", merged, code: EIO)
            }
            try FileSystem.write("y", to: "\(merged)/a/owned")
            guard chown("\(merged)/a/owned", 1, 1) == 0 else {
                throw FileError.current("change owner in", merged)
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
