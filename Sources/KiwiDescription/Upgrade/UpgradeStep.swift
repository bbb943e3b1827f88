import KiwiDiagnostics

/// The rewrite from one schema version to the next.
///
/// Rewrites keep the positions of what the user wrote; what they make anew takes the position of
/// its cause.
struct UpgradeStep: Sendable {
    var from: SchemaVersion
    var to: SchemaVersion
    /// Rewrites the tree below `<image>` and notes what is written differently now.
    var rewrite: @Sendable (_ image: inout Element, _ notes: inout [Diagnostic]) -> Void

    /// All steps in order.
    static let all: [UpgradeStep] = [
        .to75, .to76, .to80, .to81, .to82, .to83, .to84, .to85,
    ]

    /// A note for ``UpgradeStep/rewrite``.
    static func note(at position: Position?, _ message: String, _ remedy: String) -> Diagnostic {
        Diagnostic("old-form", .warning, at: position, message, remedy: remedy)
    }
}
