import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// Absolute paths of the published files by result key (`[String: String]`).
    public static let results = Artifact.value("results")
}

/// Brings the results to their names in the target folder: everything is complete and
/// synced under a temporary name first, then renamed. Older results stay until then.
public struct PublishResults: BuildStep {
    public let id = "results"
    public var stem: String
    public var files: [ResultFile]
    public var bundleFormat: BundleFormat?
    public var summaryOfImage: ImageSummary
    /// Layers whose keys go into the manifest.
    public var layers: [Artifact]
    /// Programs whose versions go into the manifest.
    public var toolNames: [String]
    public var owner: CreateOptions.Owner?
    /// What must have been found good before anything appears.
    public var after: [Artifact]

    public init(
        image: ResolvedImage, files: [ResultFile], layers: [Artifact], toolNames: [String], after: [Artifact],
        options: CreateOptions
    ) {
        stem = ResultFile.stem(image)
        self.files = files
        bundleFormat = BundleFormat(
            pattern: options.bundleFormat ?? image.type.string("bundle_format"), image: image)
        summaryOfImage = ImageSummary(image, options: options)
        self.layers = layers
        self.toolNames = toolNames
        owner = options.owner
        self.after = after
    }

    public var summary: String { "publish \(files.map(\.name).joined(separator: ", "))" }
    public var reads: [Artifact] {
        files.map(\.artifact) + layers + after + [.clock, .usedRepositories]
            + (namesKernel ? [.treeFacts] : [])
    }

    private var namesKernel: Bool { files.contains { $0.name.contains(ResultFile.kernelVersion) } }

    public var writes: [Artifact] { [.results] }

    public func run(in workspace: Workspace) async throws {
        var complete = self
        if namesKernel {
            let facts: TreeFacts = try await workspace.value(.treeFacts)
            for index in files.indices {
                complete.files[index].name = files[index].name(kernel: facts.kernelVersion)
            }
        }
        try await complete.publish(in: workspace)
    }

    private func publish(in workspace: Workspace) async throws {
        let target = workspace.folders.target
        try FileSystem.makeFolder(target)
        var staged = StagedFiles(in: target)
        var published: [String: String] = [:]
        var brought: [Artifact: String] = [:]
        var digests: [String: (bytes: Int64, sha256: String, key: String)] = [:]
        do {
            for file in files {
                let source = try await workspace.file(file.artifact)
                let temporary = staged.path(for: file.name)
                let digest = try await workspace.artifacts.digest(of: file.artifact)
                // A second name of the same file.
                if let first = brought[file.artifact], link(first, temporary) == 0 {
                } else {
                    try await bring(source, to: temporary, artifact: file.artifact, workspace)
                }
                brought[file.artifact] = temporary
                published[file.key] = "\(target)/\(file.name)"
                digests[file.name] = (
                    FileSystem.size(of: temporary) ?? 0, digest, file.key
                )
            }
            let manifest = Manifest(
                image: summaryOfImage, clock: try await workspace.value(.clock),
                layers: try await layerKeys(workspace),
                tools: await toolVersions(workspace), results: digests,
                repositories: try await workspace.value(.usedRepositories))
            for (name, text) in [
                ("\(stem).manifest.json", manifest.json.kiwiText),
                ("kiwi.result.json", resultList(in: target).kiwiText),
            ] {
                try FileSystem.write(text, to: staged.path(for: name))
            }
            try staged.publish(owner: owner)
        } catch {
            staged.discard()
            throw error
        }
        try await workspace.set(.results, published)
    }

    /// `kiwi.result.json` in KIWI's form.
    public func resultList(in target: String) -> JSONValue {
        var entries: [String: JSONValue] = [:]
        for file in files {
            entries[file.key] = .object([
                "compress": .bool(file.compress), "filename": .string("\(target)/\(file.name)"),
                "shasum": .bool(file.shasum), "use_for_bundle": .bool(file.useForBundle),
            ])
        }
        if let bundleFormat {
            entries["bundle_format"] = .object([
                "pattern": .string(bundleFormat.pattern),
                "tags": .object(bundleFormat.tags.mapValues(JSONValue.string)),
            ])
        }
        return .object(entries)
    }

    /// Made by steps whose outputs are not kept, and as large as images are.
    private static let neverCached: Set<Artifact> = [.iso, .disk]

    /// The image itself is only ours and moves. Another file of this build gets a second name, the first goes
    /// with the work folder. What has more names, or lies elsewhere, is in the cache and is copied: who changes
    /// the result must not change that.
    private func bring(_ source: String, to target: String, artifact: Artifact, _ workspace: Workspace)
        async throws
    {
        if Self.neverCached.contains(artifact), rename(source, target) == 0 { return }
        var facts = stat()
        if await workspace.isOwn(artifact), lstat(source, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            facts.st_nlink == 1
        {
            unlink(target)
            if link(source, target) == 0 { return }
        }
        try await workspace.runner.run(
            ToolCall("cp", ["--reflink=auto", "--sparse=auto", "--remove-destination", "--", source, target]))
    }

    private func layerKeys(_ workspace: Workspace) async throws -> [String: String] {
        var keys: [String: String] = [:]
        for layer in layers { keys[layer.label] = try await workspace.key(of: layer) }
        return keys
    }

    private func toolVersions(_ workspace: Workspace) async -> [String: String] {
        await withTaskGroup(of: (String, String).self) { group in
            for tool in toolNames {
                group.addTask { (tool, await ToolVersion.of(tool, in: workspace)) }
            }
            var versions: [String: String] = [:]
            for await (tool, text) in group { versions[tool] = text }
            return versions
        }
    }
}
