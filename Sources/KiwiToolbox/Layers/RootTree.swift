/// A root tree that is mounted or lies at `path` while a step works on it.
public struct RootTree: Sendable {
    /// Absolute path of the tree's `/`.
    public let path: String
    public let workspace: Workspace

    public init(path: String, workspace: Workspace) {
        self.path = path
        self.workspace = workspace
    }

    /// The path on the build machine of an absolute path inside the tree, without following
    /// symlinks out of the tree; the last component is followed only when asked for.
    public func resolve(_ inside: String, followLast: Bool = false) throws -> String {
        try TreePath.resolve(inside, below: path, followLast: followLast)
    }

    /// Runs a program inside the tree.
    @discardableResult
    public func run(_ call: ToolCall) async throws -> ToolResult {
        var call = call
        call.root = path
        return try await workspace.runner.run(call)
    }

    /// Mounts /proc, /sys, /dev, /run (and resolv.conf for the network) for the time of `body`.
    @discardableResult
    public func withKernelFileSystems<Result: Sendable>(
        network: Bool = true, _ body: () async throws -> Result
    ) async throws -> Result {
        try await workspace.layers.mounts.withKernelFileSystems(at: path, network: network, body)
    }

    /// Bind-mounts host folders or files into the tree for the time of `body`.
    @discardableResult
    public func withBindMounts<Result: Sendable>(
        _ binds: [BindMount], _ body: () async throws -> Result
    ) async throws -> Result {
        try await workspace.layers.mounts.withBindMounts(binds, at: path, body)
    }
}

/// A file or folder of the build machine shown at a path inside a tree.
public struct BindMount: Sendable {
    public var source: String
    /// Absolute path inside the tree; made when missing (and removed again).
    public var target: String
    public var readOnly: Bool

    public init(_ source: String, at target: String, readOnly: Bool = true) {
        self.source = source
        self.target = target
        self.readOnly = readOnly
    }
}
