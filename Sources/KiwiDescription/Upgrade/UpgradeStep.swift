import KiwiDiagnostics

/// The rewrite from one schema version to the next, exactly as KIWI's own style sheets do it.
///
/// Rewrites keep the positions of what the user wrote; what they make anew takes the position of
/// its cause. What a step would lose is saved before it by an ``UpgradeRepair``.
struct UpgradeStep: Sendable {
    var from: SchemaVersion
    var to: SchemaVersion
    /// Rewrites the tree below `<image>` and notes what is written differently now.
    var rewrite: @Sendable (_ image: inout Element, _ notes: inout [Diagnostic]) -> Void

    /// All steps in order.
    static let all: [UpgradeStep] =
        chain(from: .oldest, upTo74)
        + [.to75, .to76, .to80, .to81, .to82, .to83, .to84, .to85]

    /// The steps whose single forms are not worth a note each: the file as a whole is old.
    private static let upTo74: [Rewrite] =
        era1to3 + [to41] + era4 + [to48, to49] + era5 + era6 + era7

    /// A rewrite to a version, from the one before it.
    typealias Rewrite = (to: SchemaVersion, body: @Sendable (inout Element) -> Void)

    private static func chain(from start: SchemaVersion, _ rewrites: [Rewrite]) -> [UpgradeStep] {
        var version = start
        return rewrites.map { rewrite in
            defer { version = rewrite.to }
            return UpgradeStep(from: version, to: rewrite.to) { image, _ in rewrite.body(&image) }
        }
    }

    /// A note for ``UpgradeStep/rewrite``.
    static func note(at position: Position?, _ message: String, _ remedy: String) -> Diagnostic {
        Diagnostic("old-form", .warning, at: position, message, remedy: remedy)
    }
}
