import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Carries out the acts of `PrepareOrder` on a tree, one after the other.
struct TreeConfiguration {
    let tree: RootTree
    let input: ConfigurationInput
    let contents: DescriptionContents
    /// The file that becomes `/.kconfig`; nil without scripts.
    let functions: DescriptionContents.File?
    let sortsArchives: Bool
    let clock: Int64
    let manager: any PackageManager

    private(set) var deviceNodes: [DeviceNode]
    /// Files that must be unique per machine as the packages left them.
    private let identities: IdentitySnapshot
    /// Paths that the overlay wrote.
    private(set) var overlayPaths: Set<String> = []

    var log: BuildLog { tree.workspace.log }

    init(
        tree: RootTree, input: ConfigurationInput, contents: DescriptionContents,
        functions: DescriptionContents.File?, sortsArchives: Bool, clock: Int64,
        deviceNodes: [DeviceNode] = []
    ) throws {
        self.tree = tree
        self.input = input
        self.contents = contents
        self.functions = functions
        self.sortsArchives = sortsArchives
        self.clock = clock
        self.deviceNodes = deviceNodes
        manager = try PackageManagerRegistry.manager(named: input.packageManager)
        identities = IdentitySnapshot(of: tree.path)
    }

    mutating func perform(_ action: PrepareAction) async throws {
        switch action {
        case .importDescription: try importDescription()
        case .systemArchives: try await unpack(input.systemArchives)
        case .deleteRequested: try await remove(input.deleteRequested, force: false)
        case .profileFile: try write(ScriptVariables.profile(input.environment), to: "/.profile")
        case .overlay: try await layOver()
        case .imageID: try writeImageID()
        case .users: try await TreeUsers(tree: tree, imageName: input.name, clock: clock).set(input.users)
        case .keytable: try await settings.setKeytable(input.keytable)
        case .locale: try await settings.setLocale(input.locales)
        case .splashTheme: try await settings.setSplashTheme(input.splashTheme)
        case .timezone: try await settings.setTimezone(input.timezone)
        case .permissions: try await settings.setPermissions()
        case .files: try await installFiles()
        case .imageRepositories: try await writeImageRepositories()
        case .autoYaST: if let profile = contents.autoYaST { try AutoYaST.install(profile, in: tree) }
        case .configScript: try await run(.config)
        case .packageScripts: try await runPackageScripts()
        case .securityLabels:
            try await SecurityLabels(
                tree: tree, policy: input.selinuxPolicy, mayWait: input.labelsMayWait
            ).set()
        case .uninstallPackages: try await remove(input.uninstallPackages, force: false)
        case .deletePackages: try await remove(input.deletePackages, force: true)
        case .identity: try removeIdentity()
        case .cleanUp: try await manager.cleanUp(tree)
        }
    }

    private var settings: TreeSettings { TreeSettings(tree: tree) }

    /// Writes a file of the tree, not through links, with the build's time.
    func write(_ text: String, to inside: String) throws {
        try LocalFile.write(text, to: try tree.resolve(inside))
    }

    // MARK: /image

    private func importDescription() throws {
        try DescriptionImport(tree: tree, clock: clock).run(
            contents, descriptionText: input.descriptionText, functions: functions)
    }

    // MARK: Archives and overlay

    mutating func unpack(_ archives: [PackageSet.Archive]) async throws {
        let ordered =
            sortsArchives ? archives.sorted { $0.name.value < $1.name.value } : archives
        for archive in ordered {
            guard let file = contents.archives[archive.name.value] else { continue }
            log.info("Installing archive \(archive.name.value)")
            deviceNodes += try await ArchiveExtraction(
                tree: tree, archive: file.path, target: archive.targetDirectory ?? "/",
                position: archive.name.position
            ).run()
        }
    }

    private mutating func layOver() async throws {
        for overlay in contents.overlays {
            log.info("Copying user defined files to image tree: \(overlay.name)")
            if overlay.isArchive {
                deviceNodes += try await ArchiveExtraction(tree: tree, archive: overlay.path).run()
                continue
            }
            var copy = OverlayCopy(tree: tree.path, clock: clock)
            do {
                try copy.copy(overlay.path)
            } catch let error as FileError {
                throw Failure(
                    .buildFailed,
                    Diagnostic(
                        "overlay-failed",
                        "the overlay '\(overlay.name)' could not be laid over the tree: \(error)",
                        remedy: "a folder gives way to a file only when it is empty: correct the overlay"))
            }
            deviceNodes += copy.deviceNodes
            overlayPaths.formUnion(copy.written)
            if !copy.lostAttributes.isEmpty {
                log.warning("extended attributes not kept: \(copy.lostAttributes.joined(separator: ", "))")
            }
        }
    }

    private func writeImageID() throws {
        guard let id = input.imageID, FileSystem.isFolder("\(tree.path)/etc") else { return }
        try write(id + "\n", to: "/etc/ImageID")
    }

    // MARK: Packages, repositories, scripts

    private func remove(_ packages: [Located<String>], force: Bool) async throws {
        guard !packages.isEmpty else { return }
        log.info(force ? "Force deleting system packages (chroot)" : "Uninstalling system packages (chroot)")
        if force {
            try await manager.delete(packages, from: tree)
        } else {
            try await manager.uninstall(packages, from: tree)
        }
    }

    private func writeImageRepositories() async throws {
        guard !input.imageRepositories.repositories.isEmpty else { return }
        log.info("Setting up image repositories")
        try await manager.writeImageRepositories(input.imageRepositories, into: tree)
    }

    func run(_ script: KiwiScript) async throws {
        guard let file = contents.scripts[script.rawValue] else { return }
        try await ScriptRun(tree: tree, script: file, variables: input.environment, clock: clock).run()
    }

    /// Scripts of `config/` whose package is installed (2007).
    private func runPackageScripts() async throws {
        guard !contents.packageScripts.isEmpty else { return }
        let list = try await manager.packageList(in: tree)
        let installed = Set(
            list.split(separator: "\n").compactMap { $0.split(separator: "|").first.map(String.init) })
        for script in contents.packageScripts {
            guard installed.contains(script.name) || installed.contains(script.name.trimming(".sh")) else {
                continue
            }
            try await ScriptRun(tree: tree, script: script, variables: input.environment, clock: clock).run()
        }
    }

    // MARK: Identity

    private func removeIdentity() throws {
        if !input.keepIdentity {
            for line in try identities.remove(from: tree.path, keeping: overlayPaths) {
                log.debug("identity: \(line)")
            }
            try FirstBootKeys.install(in: tree)
        }
        for line in try LeftoverFiles.remove(from: tree.path, keeping: overlayPaths) {
            log.debug("leftover: \(line)")
        }
        if !overlayPaths.contains("/etc/shadow") { try ShadowDays.set(in: tree.path, clock: clock) }
    }
}
