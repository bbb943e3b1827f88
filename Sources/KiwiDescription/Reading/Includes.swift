import KiwiDiagnostics

/// Replaces `<include from="..."/>` below the root by the content of other files.
///
/// Includes inside an included file stay where they are: KIWI does not follow them, and a build
/// refuses them (`check_include_references_unresolvable`).
struct Includes {
    /// The folder of the main file as the user named it.
    var folder: String
    var limits: ReadingLimits

    /// What went wrong: `missing` is a reference that leads nowhere, `malformed` a file that cannot be read.
    struct Findings {
        var missing: [Diagnostic] = []
        var malformed: [Diagnostic] = []
        var warnings: [Diagnostic] = []
    }

    func resolve(_ document: inout Document) -> Findings {
        var findings = Findings()
        var nodes: [Node] = []
        for node in document.root.nodes {
            guard case .element(let element) = node, element.name == "include",
                let from = element.attribute("from")
            else {
                nodes.append(node)
                continue
            }
            nodes += content(of: element, from: from, &findings)
        }
        document.root.nodes = nodes
        return findings
    }

    private func content(of element: Element, from: Attribute, _ findings: inout Findings) -> [Node] {
        guard let path = path(from.value) else {
            findings.missing.append(
                Diagnostic(
                    "include-remote", at: from.valuePosition, "'\(from.value)' is not a file of this machine",
                    remedy: "copy the file beside the description and write from=\"this://NAME\""))
            return []
        }
        let data: [UInt8]
        do { data = try FileAccess.read(path, limit: limits.fileSize) } catch {
            findings.missing.append(
                Diagnostic(
                    "include-missing", at: from.valuePosition,
                    "cannot include '\(from.value)': \(error.message)",
                    remedy: "write from=\"this://NAME\" for a file beside the description"))
            return []
        }
        let result = XMLReader.read(data, file: path, limits: limits)
        findings.malformed += result.diagnostics
        guard let root = result.document?.root else { return [] }
        guard root.name == "image" else {
            findings.warnings.append(
                Diagnostic(
                    "include-ignored", .warning, at: root.position,
                    "nothing is included: the root element is <\(root.name)>, not <image>",
                    remedy: "put the sections into <image>"))
            return []
        }
        return root.nodes
    }

    /// The file a reference means; nil when it is on another machine.
    func path(_ reference: String) -> String? {
        guard let range = reference.firstRange(of: "://") else { return FileAccess.join(folder, reference) }
        let rest = String(reference[range.upperBound...].prefix { $0 != "?" && $0 != "#" })
        switch reference[..<range.lowerBound] {
        case "this": return FileAccess.join(folder, rest.first == "/" ? String(rest.dropFirst()) : rest)
        case "file", "dir": return rest
        default: return nil
        }
    }
}
