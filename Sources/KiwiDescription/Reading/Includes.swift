import KiwiDiagnostics

/// Reads a file of another machine: at most `limit` bytes. Throws why that is not possible.
public typealias IncludeFetcher = @Sendable (_ url: String, _ limit: Int) throws(Diagnostic) -> [UInt8]

/// Replaces `<include from="..."/>` below the root by the content of other files.
///
/// Includes inside included files are followed too. One of those that leads nowhere or back to
/// itself stays where it is: KIWI follows none of them, reads the description nevertheless and
/// refuses to build it (`check_include_references_unresolvable`).
struct Includes {
    /// The folder of the main file as the user named it.
    var folder: String
    var limits: ReadingLimits
    /// Reads `https:` references; nil: they are refused.
    var fetch: IncludeFetcher?

    /// What went wrong: `missing` is a reference that leads nowhere, `malformed` a file that cannot be read.
    struct Findings {
        var missing: [Diagnostic] = []
        var malformed: [Diagnostic] = []
        var warnings: [Diagnostic] = []
        /// Texts of files that are not on this machine, by the names of their positions.
        var texts: [String: String] = [:]
        fileprivate var files = 0
        fileprivate var bytes = 0
    }

    func resolve(_ document: inout Document) -> Findings {
        var findings = Findings()
        document.root.nodes = nodes(
            document.root.nodes, around: [FileAccess.realPath(document.file)], &findings)
        return findings
    }

    /// - Parameter around: the files whose includes led here, the main file first.
    private func nodes(_ nodes: [Node], around: [String], _ findings: inout Findings) -> [Node] {
        nodes.flatMap { node -> [Node] in
            guard case .element(let element) = node, element.name == "include",
                let from = element.attribute("from")
            else { return [node] }
            do throws(Diagnostic) {
                return try content(of: from, around: around, &findings)
            } catch {
                guard around.count > 1 else {
                    findings.missing.append(error)
                    return []
                }
                var warning = error
                warning.severity = .warning
                findings.warnings.append(warning)
                return [node]
            }
        }
    }

    private func content(
        of from: Attribute, around: [String], _ findings: inout Findings
    ) throws(Diagnostic) -> [Node] {
        let place = try place(of: from)
        guard !around.contains(place.identity) else {
            throw Diagnostic(
                "include-cycle", at: from.valuePosition, "'\(place.name)' includes itself",
                remedy: "remove this <include>", notes: around.dropFirst().map { "included from \($0)" })
        }
        findings.files += 1
        guard around.count <= limits.includeDepth, findings.files <= limits.includes else {
            throw Diagnostic(
                "include-cycle", at: from.valuePosition,
                "more than \(limits.includes) files, or \(limits.includeDepth) within each other, are included",
                remedy: "put the sections into fewer files")
        }
        let data = try read(place, from)
        findings.bytes += data.count
        guard findings.bytes <= limits.includedSize else {
            throw Diagnostic(
                "include-cycle", at: from.valuePosition,
                "included files have more than \(limits.includedSize) bytes in all",
                remedy: "remove what is not needed")
        }
        let result = XMLReader.read(data, file: place.name, limits: limits)
        if place.isRemote { findings.texts[place.name] = String(decoding: data, as: UTF8.self) }
        if around.count == 1 || result.document != nil {
            findings.malformed += result.diagnostics
        } else if let first = result.diagnostics.first {
            throw first
        }
        guard let root = result.document?.root else { return [] }
        guard root.name == "image" else {
            findings.warnings.append(
                Diagnostic(
                    "include-ignored", .warning, at: root.position,
                    "nothing is included: the root element is <\(root.name)>, not <image>",
                    remedy: "put the sections into <image>"))
            return []
        }
        return nodes(root.nodes, around: around + [place.identity], &findings)
    }

    private struct Place {
        /// What to read.
        var reference: String
        /// The file of positions.
        var name: String
        var identity: String
        var isRemote = false
    }

    private func read(_ place: Place, _ from: Attribute) throws(Diagnostic) -> [UInt8] {
        do throws(Diagnostic) {
            guard place.isRemote else {
                return try FileAccess.read(place.reference, limit: limits.fileSize)
            }
            if let fetch { return try fetch(place.reference, limits.fileSize) }
            throw Diagnostic("include-missing", "files of other machines are not read here")
        } catch {
            throw Diagnostic(
                "include-missing", at: from.valuePosition, "cannot include '\(place.name)': \(error.message)",
                remedy: place.isRemote
                    ? "copy the file beside the description and write from=\"this://NAME\""
                    : "write from=\"this://NAME\" for a file beside the description")
        }
    }

    /// The file a reference means, by KIWI's rules; nil when it is on another machine.
    func path(_ reference: String) -> String? {
        guard let range = reference.firstRange(of: "://") else { return FileAccess.join(folder, reference) }
        let rest = String(reference[range.upperBound...].prefix { $0 != "?" && $0 != "#" })
        switch reference[..<range.lowerBound] {
        case "this": return FileAccess.join(folder, rest.first == "/" ? String(rest.dropFirst()) : rest)
        case "file", "dir": return rest
        default: return nil
        }
    }

    private func place(of from: Attribute) throws(Diagnostic) -> Place {
        if let path = path(from.value) { return local(path) }
        let name = withoutCredentials(from.value)
        guard from.value.hasPrefix("https://") else {
            throw Diagnostic(
                "include-remote", at: from.valuePosition, "'\(name)' is no file that can be included",
                remedy: "write from=\"this://NAME\" for a file beside the description, or an https: address")
        }
        return Place(reference: from.value, name: name, identity: name, isRemote: true)
    }

    private func local(_ path: String) -> Place {
        Place(reference: path, name: path, identity: FileAccess.realPath(path))
    }
}
