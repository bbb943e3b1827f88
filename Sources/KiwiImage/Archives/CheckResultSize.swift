import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox

/// Compares the size of a result with the limit of the runtime configuration.
public struct CheckResultSize: BuildStep {
    public let id = "size-limit"
    @Unkeyed public var because: Position?
    public var result: Artifact
    /// `build_constraints: max_size`.
    public var maximumBytes: Int64

    public init(_ result: Artifact, maximumBytes: Int64, because: Position?) {
        self.result = result
        self.maximumBytes = maximumBytes
        _because = Unkeyed(wrappedValue: because)
    }

    public static let passed = Artifact.value("size-limit")

    public var summary: String { "compare the size of the result with its limit" }
    public var reads: [Artifact] { [result] }
    public var writes: [Artifact] { [Self.passed] }

    public func run(in workspace: Workspace) async throws {
        let bytes = try await FileSystem.size(of: workspace.file(result)) ?? 0
        guard bytes <= maximumBytes else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "result-too-large", at: because,
                    "the result has \(bytes) bytes, the runtime configuration allows \(maximumBytes)",
                    remedy: "take packages out, or raise build_constraints: max_size"))
        }
        try await workspace.set(Self.passed, bytes)
    }
}
