import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Removes from the tree of a boot image what an initrd does not need: tools, libraries, paths.
public struct StripBootTree: BuildStep {
    public let id = "boot-image.strip"
    public var because: Position?
    public var tree: Artifact
    /// What the descriptions say, besides the built-in lists.
    public var strip: ResolvedImage.Strip

    public init(tree: Artifact, strip: ResolvedImage.Strip, because: Position?) {
        self.tree = tree
        self.strip = strip
        self.because = because
    }

    private enum CodingKeys: CodingKey { case tree, delete, tools, libs }

    /// The names with their places: those stand in warnings, which the cache repeats.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tree, forKey: .tree)
        try container.encode(strip.delete, forKey: .delete)
        try container.encode(strip.tools, forKey: .tools)
        try container.encode(strip.libs, forKey: .libs)
    }

    public var summary: String { "remove tools and libraries that the initrd does not need" }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] { [.strippedBootTree] }
    public var reusable: Bool { true }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] { [StripDefaults.digest] }

    public func run(in workspace: Workspace) async throws {
        let log = workspace.log
        try await workspace.buildLayer(.strippedBootTree, over: tree) { tree in
            var unmatched = try delete(from: tree.path)
            let decision = StripDecision(
                try StripListing(of: tree.path).files, tools: StripDefaults.tools + strip.tools.map(\.value),
                libraries: StripDefaults.libraries + strip.libs.map(\.value))
            for path in decision.removed { try FileSystem.removeTree("\(tree.path)/\(path)") }
            unmatched += strip.tools.filter { decision.unmatchedTools.contains($0.value) }
            unmatched += strip.libs.filter { decision.unmatchedLibraries.contains($0.value) }
            for name in unmatched { log.warning(Self.warning(name)) }
            log.info("\(decision.removed.count) tools and libraries removed from the boot image")
        }
    }

    static func warning(_ name: Located<String>) -> String {
        (name.position.map { "\($0): " } ?? "")
            + "<strip> names '\(name.value)', which the boot image does not have"
    }

    /// - Returns: what the description names and the tree does not have.
    private func delete(from root: String) throws -> [Located<String>] {
        for pattern in StripDefaults.delete { _ = try Self.delete(pattern, from: root) }
        return try strip.delete.filter { try !Self.delete($0.value, from: root) }
    }

    /// Removes the paths that fit a pattern, never the tree itself.
    /// - Returns: whether there was one.
    static func delete(_ pattern: String, from root: String) throws -> Bool {
        var found = false
        for path in TreeReader(root).matches(pattern) {
            let place = try TreePath.resolve(path, below: root)
            guard place.utf8.count > root.utf8.count + 1 else { continue }
            try FileSystem.removeTree(place)
            found = true
        }
        return found
    }
}
