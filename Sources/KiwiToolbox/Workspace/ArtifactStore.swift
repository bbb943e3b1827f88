import Foundation
import KiwiDiagnostics

/// The values and files that the steps of one build hand to each other.
public actor ArtifactStore {
    private var values: [Artifact: [UInt8]] = [:]
    private var files: [Artifact: String] = [:]
    private var keys: [Artifact: String] = [:]
    private var newResults: [String: NewResult] = [:]
    private var digests: [String: Task<String, any Error>] = [:]
    private let folder: String

    /// - Parameter folder: an existing private folder on a real disk for new files.
    public init(folder: String) { self.folder = folder }

    public func set<Value: Codable & Sendable>(_ artifact: Artifact, _ value: Value) throws {
        values[artifact] = try CanonicalJSON.encode(value)
    }

    public func value<Value: Codable & Sendable>(_ artifact: Artifact, as type: Value.Type) throws -> Value {
        guard let bytes = values[artifact] else { throw missing(artifact) }
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    /// Canonical JSON of a value, for keys and for the cache.
    func bytes(of artifact: Artifact) -> [UInt8]? { values[artifact] }

    func setBytes(_ bytes: [UInt8], of artifact: Artifact) { values[artifact] = bytes }

    public func newFile(_ artifact: Artifact) throws -> String {
        let path = "\(folder)/\(artifact.name)"
        files[artifact] = path
        return path
    }

    public func file(_ artifact: Artifact) throws -> String {
        guard let path = files[artifact] else { throw missing(artifact) }
        return path
    }

    /// Whether this build has made the file in its own folder: it is neither in the cache nor of another plan.
    public func isOwn(_ artifact: Artifact) -> Bool { files[artifact] == "\(folder)/\(artifact.name)" }

    /// Points a file artifact at an existing file, for example in the cache.
    public func setFile(_ artifact: Artifact, _ path: String) { files[artifact] = path }

    /// SHA-256 of a file artifact, computed once however many ask. The file must not change any more.
    public func digest(of artifact: Artifact) async throws -> String {
        let path = try file(artifact)
        if let known = digests[path] { return try await known.value }
        // Not bound to the first who asks: others wait for it too.
        let task = Task.detached { try Digest(ofFile: path).hex }
        digests[path] = task
        return try await task.value
    }

    // MARK: Keys

    /// The key of an artifact: equal keys mean equal content. A value's key is the
    /// digest of the value itself, so that a step which always runs does not spoil
    /// the reuse of those that follow.
    func key(of artifact: Artifact) throws -> String {
        if let bytes = values[artifact] { return Digest(of: bytes).hex }
        guard let key = keys[artifact] else { throw missing(artifact) }
        return key
    }

    func setKey(_ artifact: Artifact, madeBy stepKey: String) {
        keys[artifact] = Digest(ofParts: [stepKey, artifact.label]).hex
    }

    /// Gives an artifact that exists before the first step its key.
    public func setGivenKey(_ artifact: Artifact, _ key: String) { keys[artifact] = key }

    /// What the cache has to know of a step that has just run, besides what it made.
    struct NewResult: Sendable {
        var key: String
        var warnings: [String]
    }

    func setNewResult(of step: String, _ result: NewResult) { newResults[step] = result }

    func takeNewResult(of step: String) -> NewResult? { newResults.removeValue(forKey: step) }

    private func missing(_ artifact: Artifact) -> Diagnostic {
        Diagnostic(
            "internal-missing-artifact",
            "no step has made \(artifact.label)", remedy: "report this as a bug of kiwi")
    }
}
