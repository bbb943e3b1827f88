import KiwiDiagnostics

/// Applies the command line's overrides to the document, so that a build and the copy of the
/// description in its root tree see the same.
struct OverrideRewriter {
    var document: Document
    var notes: [Diagnostic] = []
    let selection: Selection
    let request: ResolveRequest
    private var overrides: Overrides { request.overrides }

    init(_ loaded: LoadedDescription, _ selection: Selection, _ request: ResolveRequest) {
        document = loaded.document
        self.selection = selection
        self.request = request
    }

    mutating func apply() throws(Failure) {
        try setTypeAttributes()
        setReleaseVersion()
        try changeRepositories()
        try changeContainer()
        try addCertificates()
    }

    static func usage(_ message: String, remedy: String? = nil) -> Failure {
        Failure(.usage, Diagnostic("bad-override", at: nil, message, remedy: remedy))
    }

    mutating func note(_ message: String) {
        notes.append(Diagnostic("override-without-effect", .warning, at: nil, message))
    }

    // MARK: - The selected type

    /// Calls `body` with the selected `<type>`.
    mutating func rewriteType(_ body: (inout Element) -> Void) {
        var (preferences, type) = selection.typeIndex
        document.root.rewriteChildren("preferences") { section in
            defer { preferences -= 1 }
            guard preferences == 0 else { return }
            section.rewriteChildren("type") { element in
                if type == 0 { body(&element) }
                type -= 1
            }
        }
    }

    private mutating func setTypeAttributes() throws(Failure) {
        for assignment in overrides.setTypeAttributes {
            guard let (name, value) = Self.pair(assignment) else {
                throw Self.usage("--set-type-attr \(assignment) has no value", remedy: "write NAME=VALUE")
            }
            let known = Schema.elements["type"]?.attributes ?? []
            guard let schema = known.first(where: { $0.name == name }) else {
                throw Self.usage(
                    "--set-type-attr: <type> has no attribute '\(name)'",
                    remedy: nearestName(to: name, among: known.map(\.name)).map { "write \($0)=\(value)" })
            }
            guard name != "image" else {
                throw Self.usage(
                    "--set-type-attr cannot change the image type", remedy: "write --type \(value)")
            }
            guard schema.type.accepts(value) else {
                throw Self.usage(
                    "--set-type-attr: '\(name)' cannot be '\(value)'",
                    remedy: "it must be \(schema.type.form)")
            }
            if !schema.imageTypes.isEmpty, !schema.imageTypes.contains(selection.type.image) {
                throw Self.usage(
                    "--set-type-attr: '\(name)' has no meaning for the image type '\(selection.type.image)'",
                    remedy: "it is for \(oneOf(schema.imageTypes))")
            }
            rewriteType { $0.set(name, value) }
        }
    }

    static func pair(_ text: String) -> (String, String)? {
        guard let index = text.firstIndex(of: "="), index > text.startIndex else { return nil }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }

    // MARK: - Sections

    private mutating func setReleaseVersion() {
        guard let version = overrides.setReleaseVersion else { return }
        let selection = selection
        var isDone = false
        document.root.rewriteChildren("preferences") { section in
            guard !isDone, selection.counts(section) else { return }
            section.rewriteChildren("release-version") { element in
                if !isDone { element.setText(version) }
                isDone = true
            }
        }
        document.root.rewriteChildren("preferences") { section in
            guard !isDone, selection.counts(section) else { return }
            isDone = true
            section.append(Element("release-version", nodes: [.text(Text(version))]), indent: "        ")
        }
    }

    private mutating func addCertificates() throws(Failure) {
        guard !overrides.caCertificates.isEmpty else { return }
        let distributions = ["suse", "redhat", "debian", "archlinux"]
        let written = selection.certificates.first?.targetDistribution
        guard let distribution = overrides.caTargetDistribution ?? written,
            distributions.contains(distribution)
        else {
            throw Self.usage(
                "--ca-cert needs to know the kind of distribution",
                remedy: "add --ca-target-distribution \(distributions.joined(separator: "|"))")
        }
        let certificates = overrides.caCertificates.map {
            Element("certificate", attributes: [Attribute("name", $0)])
        }
        var isDone = false
        let selection = selection
        document.root.rewriteChildren("certificates") { section in
            guard !isDone, selection.counts(section) else { return }
            isDone = true
            section.set("target_distribution", distribution)
            for certificate in certificates { section.append(certificate, indent: "        ") }
        }
        guard !isDone else { return }
        var section = Element("certificates", attributes: [Attribute("target_distribution", distribution)])
        for certificate in certificates { section.append(certificate, indent: "        ") }
        document.root.append(section, indent: "    ")
    }
}
