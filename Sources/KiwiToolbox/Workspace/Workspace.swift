import KiwiDiagnostics

/// What a running step can reach: the runner, the log, its artifacts and trees.
public struct Workspace: Sendable {
    public let runner: any CommandRunner
    public internal(set) var log: BuildLog
    public let folders: WorkFolders
    public let artifacts: ArtifactStore
    public let layers: LayerStore
    /// What the person who called asked for and every step may need to know.
    public let settings: BuildSettings
    /// The running step; empty outside steps.
    public var stepID: String = ""
    /// What the names of artifacts begin with while a step of a second tree runs (``ScopedStep``).
    private var scope: String?

    public init(
        runner: any CommandRunner, log: BuildLog, folders: WorkFolders, artifacts: ArtifactStore,
        layers: LayerStore, settings: BuildSettings
    ) {
        self.runner = runner
        self.log = log
        self.folders = folders
        self.artifacts = artifacts
        self.layers = layers
        self.settings = settings
    }

    /// A workspace for one of several plans that run side by side: files, values and messages of its own.
    ///
    /// - Parameter target: where its results appear.
    public func scoped(to name: String, target: String) throws -> Workspace {
        let folders = WorkFolders(
            target: target, cache: folders.cache, scratch: "\(folders.scratch)/\(name)",
            bulk: "\(folders.bulk)/\(name)")
        for folder in [folders.scratch, folders.bulk] { try FileSystem.makeFolder(folder) }
        return Workspace(
            runner: runner, log: log.scoped(to: name), folders: folders,
            artifacts: ArtifactStore(folder: folders.bulk), layers: layers.sibling(), settings: settings)
    }

    /// A workspace in which every artifact has the scope's name before its own, for a second tree in the
    /// same plan.
    func inScope(_ scope: String) throws -> Workspace {
        var folders = folders
        folders.scratch += "/\(scope)"
        folders.bulk += "/\(scope)"
        for folder in [folders.scratch, folders.bulk] { try FileSystem.makeFolder(folder) }
        var workspace = Workspace(
            runner: runner, log: log, folders: folders, artifacts: artifacts, layers: layers,
            settings: settings)
        workspace.stepID = stepID
        workspace.scope = scope
        return workspace
    }

    private func full(_ artifact: Artifact) -> Artifact { scope.map(artifact.scoped) ?? artifact }

    func outputs(of step: any BuildStep) async throws -> SharedSteps.Outputs {
        var outputs = SharedSteps.Outputs()
        for artifact in step.writes {
            switch artifact {
            case .value: outputs.values[artifact] = await artifacts.bytes(of: artifact)
            case .file: outputs.files[artifact] = try await artifacts.file(artifact)
            case .layer: outputs.layers[artifact] = try layers.info(artifact)
            }
        }
        return outputs
    }

    func adopt(_ outputs: SharedSteps.Outputs) async throws {
        for (artifact, bytes) in outputs.values { await artifacts.setBytes(bytes, of: artifact) }
        for (artifact, path) in outputs.files { await artifacts.setFile(artifact, path) }
        for (artifact, layer) in outputs.layers { layers.adopt(artifact, layer) }
    }

    /// Tells how far the running step is.
    public func progress(_ done: Int64, of total: Int64, _ unit: String) {
        log.event(.stepProgress(id: stepID, done: done, total: total, unit: unit))
    }

    /// The key of an artifact that exists: equal keys mean equal content. The key of the
    /// finished root tree is what `DerivedID`s come from.
    public func key(of artifact: Artifact) async throws -> String {
        try await artifacts.key(of: full(artifact))
    }

    // MARK: Values

    /// Hands a late value to later steps.
    public func set<Value: Codable & Sendable>(_ artifact: Artifact, _ value: Value) async throws {
        try await artifacts.set(full(artifact), value)
    }

    /// A late value an earlier step has set.
    public func value<Value: Codable & Sendable>(_ artifact: Artifact, as type: Value.Type = Value.self)
        async throws -> Value
    {
        try await artifacts.value(full(artifact), as: type)
    }

    // MARK: Files

    /// Where a step that writes this file artifact must put it.
    public func newFile(_ artifact: Artifact) async throws -> String {
        try await artifacts.newFile(full(artifact))
    }

    /// Where the file of an earlier step lies. It may be in the cache: never change it.
    public func file(_ artifact: Artifact) async throws -> String {
        try await artifacts.file(full(artifact))
    }

    /// Whether the file lies in this build's own folder.
    public func isOwn(_ artifact: Artifact) async -> Bool { await artifacts.isOwn(full(artifact)) }

    // MARK: Trees

    /// Builds one layer: `body` gets a writable tree that shows the parents' content,
    /// and what it changes becomes the layer. `parents` is the topmost parent layer or nil.
    public func buildLayer(
        _ layer: Artifact, over parent: Artifact?, _ body: (RootTree) async throws -> Void
    ) async throws {
        try await layers.build(full(layer), over: parent.map(full), in: self, body)
    }

    /// A tree to read from and to write scratch into: changes are thrown away afterwards.
    /// In copy mode only mounted places (`/tmp`, `/var/tmp`, `/run`) may be written.
    @discardableResult
    public func withScratchTree<Result: Sendable>(
        of layer: Artifact, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        try await layers.withScratch(full(layer), in: self, body)
    }

    /// A tree to read from, with nothing mounted in it: what packers see.
    @discardableResult
    public func withTree<Result: Sendable>(
        of layer: Artifact, _ body: (RootTree) async throws -> Result
    ) async throws -> Result {
        try await layers.withReadable(full(layer), in: self, body)
    }
}

/// Choices of the command line that concern every step.
public struct BuildSettings: Sendable, Codable {
    /// SOURCE_DATE_EPOCH when given; otherwise the clock is a late value (`Artifact.clock`).
    public var sourceDateEpoch: Int64?
    /// `--setenv`.
    public var extraEnvironment: [String: String] = [:]
    public var useCache = true
    /// `--offline`: nothing is downloaded for the root tree.
    public var offline = false
    /// `--locked`: packages come from a lock file.
    public var locked = false
    /// `--tools-tree`.
    public var toolsTree: ToolsTree?
    /// `--network=none`.
    public var networkForScripts = true
    public var keepIdentity = false
    /// `cache: scripts:` of kiwi.yml: layers with scripts may be reused.
    public var reuseScripts = true
    public init() {}

    /// Whether a program of a package manager is where it would be called: in the tools tree, else on the
    /// build machine.
    public func hasTool(_ name: String) -> Bool {
        (toolsTree.map { $0.find(name) } ?? ToolCheck.find(name)) != nil
    }
}

extension Artifact {
    /// Seconds since 1970 (`Int64`): the time of all files and superblocks that the build makes.
    public static let clock = Artifact.value("clock")
}

/// The folders of one build on the machine.
public struct WorkFolders: Sendable {
    /// Where results appear (`--target-dir`); empty when the command makes none.
    public var target: String
    /// Cache of layers, step outputs and downloads.
    public var cache: String
    /// Private scratch folder, gone with the build. Usually a tmpfs: small files only.
    public var scratch: String
    /// Private folder on a real disk for large temporary files, below `target` or `--temp-dir`.
    public var bulk: String

    public init(target: String, cache: String, scratch: String, bulk: String) {
        self.target = target
        self.cache = cache
        self.scratch = scratch
        self.bulk = bulk
    }
}
