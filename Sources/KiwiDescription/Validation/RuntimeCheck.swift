import KiwiDiagnostics

/// A check of one build that needs nothing of the machine.
///
/// The names are KIWI's; a runtime configuration switches checks off by them.
public struct RuntimeCheck: Sendable {
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

extension RuntimeCheck {
    /// KIWI's checks that this program does not need, by name, and why; switching them off is no mistake.
    static let notNeeded: [String: String] = [
        "check_mediacheck_installed": "the medium is tagged by Kiwi itself",
        "check_checkmedia_used_with_msdos_table": "the medium is tagged by Kiwi itself",
        "check_dracut_module_for_live_iso_in_package_list": "Kiwi brings the modules",
        "check_dracut_module_for_disk_overlay_in_package_list": "Kiwi brings the modules",
        "check_dracut_module_for_disk_oem_in_package_list": "Kiwi brings the modules",
        "check_dracut_module_for_oem_install_in_package_list": "Kiwi brings the modules",
        "check_dracut_module_versions_compatible_to_kiwi": "Kiwi brings the modules",
        "check_container_tool_chain_installed": "the plan of a build names and checks its tools",
    ]

    /// The names of all checks that `runtime_checks` may switch off.
    static var names: [String] {
        all.map(\.name) + HostCheck.all.map(\.name) + notNeeded.keys.sorted()
    }

    /// Warnings about names that are no check.
    public static func unknown(disabled: Set<String>) -> [Diagnostic] {
        disabled.subtracting(names).sorted().map { name in
            Diagnostic(
                "unknown-check", .warning, at: nil,
                "runtime_checks switches off '\(name)', which is no check",
                remedy: nearestName(to: name, among: names).map { "write '\($0)'" } ?? "remove it")
        }
    }
}

extension RuntimeCheck.Finding {
    /// What is switched off stops nothing, but is said.
    func diagnostic(_ name: String, disabled: Set<String>) -> Diagnostic {
        let isOff = disabled.contains(name)
        return Diagnostic(
            name, isOff ? .warning : .error, at: position, message, remedy: remedy,
            notes: notes + (isOff ? ["switched off by runtime_checks of the configuration"] : []))
    }
}

extension LoadedDescription {
    /// Everything that would stop this build, as far as no machine is needed to know.
    ///
    /// Findings of checks named in `disabled` are warnings.
    public func runtimeChecks(
        _ request: ResolveRequest, disabled: Set<String> = []
    ) throws(Failure) -> [Diagnostic] {
        let context = try checkContext(request)
        return RuntimeCheck.all.compactMap { check in
            check.check(context).map { $0.diagnostic(check.name, disabled: disabled) }
        }
    }

    /// As ``runtimeChecks(_:disabled:)``, for what depends on the machine that builds.
    public func hostChecks(
        _ request: ResolveRequest, on host: HostFacts, disabled: Set<String> = []
    ) throws(Failure) -> [Diagnostic] {
        let context = try checkContext(request)
        return HostCheck.all.compactMap { check in
            check.check(context, host).map { $0.diagnostic(check.name, disabled: disabled) }
        }
    }

    private func checkContext(_ request: ResolveRequest) throws(Failure) -> RuntimeCheck.Context {
        do throws(LoadingStages.Stop) {
            let (selection, _) = try select(request)
            let image = Resolver(selection: selection, overrides: request.overrides).resolve()
            return RuntimeCheck.Context(selection: selection, image: image, document: document)
        } catch { throw error.failure }
    }
}
