import KiwiDiagnostics

/// A check of one build that needs nothing of the machine.
///
/// The names are KIWI's; a runtime configuration switches checks off by them.
struct RuntimeCheck: Sendable {
    /// Also the code of its finding.
    var name: String
    var check: @Sendable (Context) -> Finding?

    /// What a check may look at.
    struct Context {
        var selection: Selection
        var image: ResolvedImage
        var document: Document

        var type: ImageType { image.type }
    }

    struct Finding {
        var position: Position?
        var message: String
        var remedy: String
        var notes: [String] = []

        init(at position: Position?, _ message: String, remedy: String, notes: [String] = []) {
            self.position = position
            self.message = message
            self.remedy = remedy
            self.notes = notes
        }
    }

    init(_ name: String, _ check: @escaping @Sendable (Context) -> Finding?) {
        self.name = name
        self.check = check
    }

    /// All of them, in KIWI's order.
    static let all: [RuntimeCheck] = generalChecks + volumeChecks + typeChecks + repositoryChecks
}

extension LoadedDescription {
    /// The names of all checks ``runtimeChecks(_:disabled:)`` knows.
    public static var runtimeCheckNames: [String] { RuntimeCheck.all.map(\.name) }

    /// Everything that would stop this build, as far as no machine is needed to know.
    ///
    /// `disabled` are names of checks to leave out.
    public func runtimeChecks(
        _ request: ResolveRequest, disabled: Set<String> = []
    ) throws(Failure) -> [Diagnostic] {
        do throws(LoadingStages.Stop) {
            let (selection, _) = try select(request)
            let image = Resolver(selection: selection, overrides: request.overrides).resolve()
            let context = RuntimeCheck.Context(selection: selection, image: image, document: document)
            return RuntimeCheck.all.filter { !disabled.contains($0.name) }.compactMap { check in
                check.check(context).map {
                    Diagnostic(check.name, at: $0.position, $0.message, remedy: $0.remedy, notes: $0.notes)
                }
            }
        } catch { throw error.failure }
    }

    /// KIWI's `check_target_directory_not_in_shared_cache`: both paths absolute.
    public static func checkTarget(_ target: String, sharedCache: String) -> Diagnostic? {
        let cache = sharedCache.split(separator: "/")
        guard !cache.isEmpty, target.split(separator: "/").prefix(3) == cache.prefix(3) else { return nil }
        return Diagnostic(
            "check_target_directory_not_in_shared_cache", at: nil,
            "the target folder '\(target)' lies in the shared cache '\(sharedCache)'",
            remedy: "choose another target folder")
    }
}
