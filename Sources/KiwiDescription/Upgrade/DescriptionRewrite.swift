import KiwiDiagnostics

/// The files of a description as they are written in the current schema.
public struct DescriptionRewrite: Sendable {
    /// One file, also when nothing changes in it.
    public struct File: Sendable {
        /// As the user would name it.
        public var path: String
        /// Relative to the folder of the description.
        public var name: String
        public var bytes: [UInt8]
        public var isChanged: Bool
    }

    /// The main file, then those it includes.
    public var files: [File] = []
    /// What the user should look at.
    public var findings: [Diagnostic] = []

    /// Reads a description that can be built, and rewrites it.
    /// - Throws: what is wrong with it; nothing that is wrong is rewritten.
    public init(
        folder: String, fileName: String? = nil, limits: ReadingLimits = ReadingLimits()
    ) throws(Failure) {
        let stages = LoadingStages(folder: folder, fileName: fileName, limits: limits)
        let loaded = try stages.run().get()
        findings = loaded.warnings
        var unresolved = stages
        unresolved.resolvesIncludes = false
        let upgraded: LoadingStages.Upgraded
        do throws(LoadingStages.Stop) { upgraded = try unresolved.read() } catch { throw error.failure }
        var document = upgraded.document
        let includes = document.root.children("include")
        if let version = upgraded.upgrade.version, version < .oldestOfKIWI {
            if let include = includes.first { throw Self.refusedIncludes(include) }
            findings += TypeSeparation.separate(&document.root, upgraded.upgrade.legacy)
            findings += Self.inheritedFiles(upgraded)
        }
        try add(document, was: upgraded.written, name: FileAccess.lastComponent(upgraded.file))
        findings = Validator.sorted(findings, mainFile: document.file)
        for include in includes {
            try add(include, folder: folder, version: upgraded.written.root["schemaversion"], limits)
        }
    }

    private mutating func add(_ document: Document, was written: Document, name: String) throws(Failure) {
        let isChanged = document.root != written.root
        let data: [UInt8]
        do { data = try FileAccess.read(written.file, limit: .max) } catch {
            throw Failure(.descriptionWrong, error)
        }
        guard isChanged else {
            return files.append(File(path: written.file, name: name, bytes: data, isChanged: false))
        }
        guard Markup.guess(data, file: written.file) ?? .xml == .xml else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "rewrite-markup", at: Position(file: written.file, line: 1, column: 1),
                    "only XML is rewritten in place",
                    remedy: "change what 'kiwi lint' says, or convert the description to XML"))
        }
        var document = document
        Formatting(of: written).format(&document.root)
        files.append(
            File(path: written.file, name: name, bytes: XMLWriter.bytes(of: document), isChanged: true))
    }

    /// An included file has the version of the main file, whatever it says itself.
    private mutating func add(
        _ include: Element, folder: String, version: String?, _ limits: ReadingLimits
    ) throws(Failure) {
        guard let from = include["from"], let path = Includes(folder: folder, limits: limits).path(from),
            !files.contains(where: { $0.path == path })
        else { return }
        let data: [UInt8]
        do { data = try FileAccess.read(path, limit: limits.fileSize) } catch {
            throw Failure(.descriptionWrong, error)
        }
        guard let written = XMLReader.read(data, file: path, limits: limits).document else { return }
        var document = written
        let own = written.root["schemaversion"]
        document.root.set("schemaversion", version ?? Schema.version)
        _ = try Upgrade.apply(to: &document)
        if own == nil { document.root.remove(attribute: "schemaversion") }
        let (real, top) = (FileAccess.realPath(path), FileAccess.realPath(folder) + "/")
        if real.hasPrefix(top) {
            return try add(document, was: written, name: String(real.dropFirst(top.count)))
        }
        guard document.root != written.root else { return }
        findings.append(
            Diagnostic(
                "rewrite-includes", .warning, at: include.position,
                "'\(from)' is outside of the description: it is not rewritten",
                remedy: "upgrade it where it belongs, for all descriptions that include it"))
    }

    private static func refusedIncludes(_ include: Element) -> Failure {
        Failure(
            .descriptionWrong,
            Diagnostic(
                "rewrite-includes", at: include.position,
                "a file included by a description before schema \(SchemaVersion.oldestOfKIWI) cannot be rewritten",
                remedy: "copy its content into the description first"))
    }

    /// What is not in the file, but came with `inherit`.
    private static func inheritedFiles(_ upgraded: LoadingStages.Upgraded) -> [Diagnostic] {
        upgraded.baseFolders.filter { FileAccess.exists(FileAccess.join($0, "root")) }.map { folder in
            Diagnostic(
                "upgrade-dropped", .warning, at: upgraded.written.root.attribute("inherit")?.position,
                "the upgraded description does not inherit '\(folder)' any more, its content is copied into it",
                remedy: "copy \(folder)/root into the folder root of this description")
        }
    }
}
