import KiwiDiagnostics

/// Everything that can be said about a description without building it.
public enum Lint {
    /// Findings of all kinds, in the order of the files.
    ///
    /// - Parameters:
    ///   - disabled: names of runtime checks whose findings are warnings.
    ///   - fetch: reads included files of other machines.
    public static func lint(
        folder: String, fileName: String? = nil, architecture: Architecture = .host,
        disabled: Set<String> = [], fetch: IncludeFetcher? = nil
    ) -> [Diagnostic] {
        let loaded: LoadedDescription
        do { loaded = try DescriptionLoader.load(folder: folder, fileName: fileName, fetch: fetch) } catch {
            return error.diagnostics
        }
        var findings = loaded.warnings + loaded.upgradeNotes
        findings += ReferencedFiles(loaded).missing
        findings += loaded.withoutEffect
        findings += packageManager(loaded.document.root)
        findings += ProfileUse.check(loaded.description, loaded.document.root)
        findings += builds(of: loaded, architecture, disabled)
        return Validator.sorted(findings, mainFile: loaded.document.file)
    }

    private static func packageManager(_ image: Element) -> [Diagnostic] {
        let sections = image.children("preferences")
        guard !sections.contains(where: { $0.first("packagemanager") != nil }) else { return [] }
        return [
            Diagnostic(
                "default-package-manager", .note, at: sections.first?.position,
                "no package manager is named: 'dnf4' is taken, KIWI's default",
                remedy: "add <packagemanager> to <preferences>")
        ]
    }

    /// The checks of every type without a profile and with each single one. What does not fail
    /// everywhere is a warning: the profile may never be built alone.
    private static func builds(
        of loaded: LoadedDescription, _ architecture: Architecture, _ disabled: Set<String>
    ) -> [Diagnostic] {
        let profiles = loaded.description.profiles.filter { $0.scope.includes(profiles: [], architecture) }
        var found: [Diagnostic: [String]] = [:]
        var order: [Diagnostic] = []
        var builds = 0
        for names in [[]] + profiles.map({ [$0.name.value] }) where builds < ReadingLimits().builds {
            var request = ResolveRequest(profiles: names, architecture: architecture)
            guard let selection = try? loaded.select(request).0 else { continue }
            for type in Set(selection.types.map(\.name)).sorted() where builds < ReadingLimits().builds {
                request.type = type
                builds += 1
                let title = (names.isEmpty ? "no profile" : names.joined(separator: ", ")) + ", type \(type)"
                for finding in (try? loaded.runtimeChecks(request, disabled: disabled)) ?? [] {
                    if found[finding] == nil { order.append(finding) }
                    found[finding, default: []].append(title)
                }
            }
        }
        return order.map { finding in
            var finding = finding
            let places = found[finding] ?? []
            if places.count < builds {
                finding.severity = .warning
                finding.notes.append("with " + places.prefix(4).joined(separator: "; "))
            }
            return finding
        }
    }
}
