import KiwiDiagnostics

/// Turns the selected sections into the image of one build.
struct Resolver {
    var selection: Selection
    var overrides: Overrides

    func resolve() -> ResolvedImage {
        let description = selection.description
        var image = ResolvedImage(
            name: description.name.value, architecture: selection.architecture, type: selection.type)
        image.folder = description.folder
        image.file = description.file
        image.baseFolders = description.baseFolders
        image.sourceSchemaVersion = description.sourceSchemaVersion ?? Schema.version
        image.displayName = description.displayName
        image.imageID = description.imageID
        image.author = description.about.author
        image.contact = description.about.contacts.first ?? ""
        image.specification = description.about.specification
        image.licenses = description.about.licenses
        image.descriptionType = description.about.type
        image.profiles = selection.profiles
        addPreferences(to: &image)
        addPackages(to: &image)
        addRepositories(to: &image)
        image.users = users
        image.drivers = selection.drivers.flatMap { $0.files }
        image.strip = strip
        image.containers = containers
        image.certificates = sortedUnique(selection.certificates.first?.files ?? [])
        image.certificateDistribution = selection.certificates.first?.targetDistribution
        image.initrd = InitrdActions(selection.type.initrd).options
        image.installInitrd = InitrdActions(selection.type.installInitrd ?? []).options
        image.initrdSystem = selection.type.initrdSystem
        image.volumes = selection.type.volumes(for: selection.architecture)
        image.environment = EnvironmentVariables(selection, image).all
        return image
    }

    private func addPreferences(to image: inout ResolvedImage) {
        image.version = selection.version
        image.releaseVersion = selection.releaseVersion
        image.packageManager = selection.packageManager
        image.locales = (selection.last("locale").map { trimmed($0.value) } ?? "").split(separator: ",").map(
            String.init)
        image.timezone = selection.last("timezone").map { trimmed($0.value) }
        image.keytable = selection.last("keytable").map { trimmed($0.value) }
        image.bootsplashTheme = selection.last("bootsplash-theme").map { trimmed($0.value) }
        image.bootloaderTheme = selection.last("bootloader-theme").map { trimmed($0.value) }
        image.showLicense = selection.preferences.last?.showLicense ?? []
        image.rpmExcludeDocs = selection.firstBoolean("rpm-excludedocs")
        image.rpmCheckSignatures = selection.firstBoolean("rpm-check-signatures")
        image.rpmLocaleFiltering = selection.firstBoolean("rpm-locale-filtering")
        if image.rpmLocaleFiltering {
            let locale = selection.first("locale").map { trimmed($0.value) } ?? ""
            image.rpmLocales = ["POSIX", "C", "C.UTF-8"] + locale.split(separator: ",").map(String.init)
        }
    }

    // MARK: - Lists

    /// The first definition of a name has the attributes; groups are those of all.
    private var users: [User] {
        var users: [User] = []
        for section in selection.users {
            for element in section.users {
                let user = User(element)
                if let index = users.firstIndex(where: { $0.name == user.name }) {
                    for group in user.groups
                    where !users[index].groups.contains(where: { $0.name == group.name }) {
                        users[index].groups.append(group)
                    }
                } else {
                    users.append(user)
                }
            }
        }
        return users
    }

    private var strip: ResolvedImage.Strip {
        func names(_ type: String) -> [Located<String>] {
            selection.strip.filter { $0.type == type }.flatMap(\.files)
        }
        var strip = ResolvedImage.Strip()
        strip.delete = names("delete")
        strip.tools = names("tools")
        strip.libs = names("libs")
        return strip
    }

    private var containers: [ResolvedImage.Container] {
        selection.containers.flatMap { section in
            selection.counting(section.containers).map { element in
                let attributes = element.attributes
                let (name, tag) = (attributes.string("name") ?? "", attributes.string("tag") ?? "latest")
                let path = attributes.string("path").map { $0 + "/" } ?? ""
                let file = "/var/tmp/kiwi_containers/\(name)_\(tag)"
                let fetchOnly = attributes.boolean("fetch_only") ?? false
                return ResolvedImage.Container(
                    position: element.position, name: "\(name)_\(tag)",
                    reference: "\(section.source)/\(path)\(name):\(tag)", backend: section.backend,
                    file: file,
                    fetchOnly: fetchOnly,
                    loadCommand: fetchOnly ? [] : ["/usr/bin/\(section.backend)", "load", "-i", file])
            }
        }
    }
}

extension User {
    fileprivate init(_ element: AttributedElement) {
        let attributes = element.attributes
        self.init(
            position: element.position, name: attributes.string("name") ?? "",
            password: attributes.string("password"),
            passwordFormat: attributes.string("pwdformat") == "plain" ? .plain : .encrypted,
            home: attributes.string("home"), realName: attributes.string("realname"),
            shell: attributes.string("shell"), id: attributes.number("id"),
            groups: (attributes.list("groups") ?? []).map { entry in
                let parts = trimmed(entry).split(separator: ":", maxSplits: 1)
                return Group(
                    name: parts.first.map(String.init) ?? "", id: parts.count > 1 ? Int(parts[1]) : nil)
            })
    }
}

extension ImageType {
    /// What makes the initrd: `dracut`, `kiwi` or `none`.
    public var initrdSystem: String {
        if image == "iso" { return "dracut" }
        if let written = string("initrd_system") { return trimmed(written) }
        return Self.defaultInitrdSystem(image)
    }

    /// What makes the initrd of an image type that does not say it.
    static func defaultInitrdSystem(_ image: String) -> String {
        switch image {
        case "oem", "iso", "kis": "dracut"
        case "pxe": "kiwi"
        default: "none"
        }
    }

    /// `cryptsetup luksFormat` options, as words in order.
    public var luksOptions: [String] {
        var options: [String] = []
        if let version = string("luks_version") { options += ["--type", version] }
        options += luksFormatOptions
        if let function = string("luks_pbkdf") { options += ["--pbkdf", function] }
        return options
    }
}

/// All `<initrd>` of a place, joined by action.
struct InitrdActions {
    var actions: [ImageType.InitrdAction]

    init(_ actions: [ImageType.InitrdAction]) { self.actions = actions }

    func modules(_ action: String) -> [String] {
        actions.filter { $0.action == action }.flatMap { $0.modules.map(\.value) }
    }

    func drivers(_ action: String) -> [String] {
        actions.filter { $0.action == action }.flatMap { $0.drivers.map(\.value) }
    }

    func uefi(_ action: String) -> Bool { actions.last { $0.action == action }?.uefi ?? false }

    var options: ResolvedImage.InitrdOptions {
        var options = ResolvedImage.InitrdOptions()
        options.addModules = modules("add")
        options.omitModules = modules("omit")
        options.setModules = modules("set")
        options.addDrivers = drivers("add")
        options.omitDrivers = drivers("omit")
        options.setDrivers = drivers("set")
        options.addUEFI = uefi("add")
        options.omitUEFI = uefi("omit")
        options.setUEFI = uefi("set")
        options.setupUEFI = uefi("setup")
        return options
    }
}
