import KiwiDiagnostics

extension Description {
    /// Decodes a document that passed validation.
    init(
        _ document: Document, folder: String, file: String, sourceSchemaVersion: String?,
        legacy: LegacyRecord = LegacyRecord()
    ) {
        let image = document.root
        self.folder = folder
        self.file = file
        self.sourceSchemaVersion = sourceSchemaVersion
        name = image.located("name") ?? Located("")
        displayName = image["displayname"]
        imageID = image["id"]
        about = image.first("description").map(About.init) ?? About()
        preferences = image.children("preferences").map { Preferences($0, legacy) }
        profiles = image.children("profiles").flatMap { $0.children("profile").map(Profile.init) }
        users = image.children("users").map(UserSection.init)
        drivers = image.children("drivers").map(FileSection.init)
        strip = image.children("strip").map(FileSection.init)
        repositories = image.children("repository").map { RepositorySection($0, folder: folder) }
        containers = image.children("containers").map(ContainerSection.init)
        packages = image.children("packages").map { PackageSection($0, legacy) }
        certificates = image.children("certificates").map(CertificateSection.init)
    }
}

extension Description.About {
    init(_ element: Element) {
        type = element["type"] ?? "system"
        author = element.first("author")?.text ?? ""
        contacts = element.children("contact").map(\.text)
        specification = trimmed(element.first("specification")?.text ?? "")
        licenses = element.children("license").map(\.text)
    }
}

extension Profile {
    init(_ element: Element) {
        name = element.located("name") ?? Located("")
        description = element["description"] ?? ""
        isImported = element.isTrue("import")
        scope = Scope(architectures: Scope(element).architectures)
        requires = element.children("requires").map {
            Requirement(
                profile: $0.located("profile") ?? Located(""),
                scope: Scope(architectures: Scope($0).architectures))
        }
    }
}

extension Preferences {
    init(_ element: Element, _ legacy: LegacyRecord) {
        position = element.position
        scope = Scope(element)
        values = [:]
        for child in element.children where !["type", "showlicense"].contains(child.name) {
            if values[child.name] == nil { values[child.name] = Located(child.text, at: child.textPosition) }
        }
        showLicense = element.children("showlicense").map(\.text)
        types = element.children("type").map { element in
            var type = ImageType(element)
            type.legacy = element.position.flatMap { legacy.types[$0] } ?? LegacyFacts(noteIn: element)
            return type
        }
    }
}

extension UserSection {
    init(_ element: Element) {
        scope = Scope(element)
        users = element.children("user").map(AttributedElement.init)
    }
}

extension FileSection {
    init(_ element: Element) {
        scope = Scope(profiles: Scope(element).profiles)
        type = element["type"]
        files = element.children("file").compactMap { $0.located("name") }
    }
}

extension RepositorySection {
    init(_ element: Element, folder: String) {
        position = element.position
        scope = Scope(element)
        attributes = element.locatedAttributes
        let origin = element.first("source")
        source = (origin?.located("path") ?? Located("")).resolvingThis(as: "dir://", in: folder)
        signingKeys = (origin?.children("signing") ?? []).compactMap {
            $0.located("key")?.resolvingThis(as: "file://", in: folder)
        }
    }
}

extension Located where Value == String {
    /// `this://x` and `this:x` are relative to the description folder.
    func resolvingThis(as scheme: String, in folder: String) -> Located {
        guard value.hasPrefix("this:") else { return self }
        let path = value.dropFirst(5).drop { $0 == "/" }
        return Located(scheme + FileAccess.realPath(FileAccess.join(folder, String(path))), at: position)
    }
}

extension ContainerSection {
    init(_ element: Element) {
        scope = Scope(element)
        source = element["source"] ?? ""
        backend = element["backend"] ?? ""
        containers = element.children("container").map(AttributedElement.init)
    }
}

extension CertificateSection {
    init(_ element: Element) {
        scope = Scope(profiles: Scope(element).profiles)
        targetDistribution = element["target_distribution"] ?? ""
        files = element.children("certificate").compactMap { $0.located("name") }
    }
}

extension PackageSection {
    init(_ element: Element, _ legacy: LegacyRecord) {
        position = element.position
        legacyType = position.flatMap { legacy.packageTypes[$0] }
        scope = Scope(profiles: Scope(element).profiles)
        type = trimmed(element["type"] ?? "")
        patternType = element["patternType"].map(trimmed)
        bootstrapPackage = element.located("bootstrap_package")
        packages = element.children("package").map(AttributedElement.init)
        collections = element.children("namedCollection").map(AttributedElement.init)
        products = element.children("product").map(AttributedElement.init)
        ignore = element.children("ignore").map(AttributedElement.init)
        archives = element.children("archive").map(AttributedElement.init)
        files = element.children("file").map(AttributedElement.init)
        modules = element.children("collectionModule").map(AttributedElement.init)
    }
}
