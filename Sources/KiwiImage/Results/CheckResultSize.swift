import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Compares a result with `build_constraints: max_size` of the runtime configuration.
public struct CheckResultSize: BuildStep {
    public var file: Artifact
    public var maximumBytes: Int64
    @Unkeyed public var because: Position?

    static let checked = Artifact.value("result-size")

    public init(file: Artifact, maximumBytes: Int64, because: Position?) {
        self.file = file
        self.maximumBytes = maximumBytes
        _because = Unkeyed(wrappedValue: because)
    }

    public var id: String { "size" }
    public var summary: String { "compare the image with the largest size that is allowed" }
    public var reads: [Artifact] { [file] }
    public var writes: [Artifact] { [Self.checked] }

    public func run(in workspace: Workspace) async throws {
        let bytes = FileSystem.size(of: try await workspace.file(file)) ?? 0
        guard bytes <= maximumBytes else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "result-too-large", at: because,
                    "the image has \(bytes) bytes, the runtime configuration allows \(maximumBytes)",
                    remedy: "take packages out, or raise build_constraints: max_size"))
        }
        try await workspace.set(Self.checked, bytes)
    }
}
