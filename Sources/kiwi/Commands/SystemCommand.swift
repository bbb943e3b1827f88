import ArgumentParser
import KiwiConfiguration
import KiwiDiagnostics

/// `kiwi system ...`: root trees and images.
struct SystemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system", abstract: "Build root trees and images.",
        subcommands: [
            SystemBuild.self, SystemPrepare.self, SystemCreate.self, SystemUpdate.self, SystemLock.self,
            SystemStash.self, SystemStackbuild.self, SystemBoxbuild.self, SystemClean.self, SystemShell.self,
        ])

    @OptionGroup(title: "Global options") var global: GlobalOptions
}

extension ContainerLayers: ExpressibleByArgument {}

struct SystemBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build an image from a description.",
        discussion: """
            Results appear in the target folder under their final names when they are complete; \
            kiwi.result.json lists them. The log is TARGET/build/image-root.log.

            Example: kiwi system build --description examples/debian-live --target-dir /tmp/live
            """)

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String

    @Option(
        help: .init(
            "Folder for the results; made when missing. Old descriptions may name one.", valueName: "folder"),
        completion: .directory)
    var targetDir: String?

    @Flag(help: "Leave the complete root tree in TARGET/build/image-root.")
    var keepRoot = false

    @Option(
        help: .init(
            "Layers of a container: all in one, or the packages in one of their own.",
            discussion: """
                The layer of the packages stays the same when only the configuration changes. \
                'container: layers' of kiwi.yml is the default.
                """, valueName: "one|packages"))
    var containerLayers: ContainerLayers?

    @OptionGroup(title: "Root tree") var prepare: PrepareOptions
    @OptionGroup(title: "Root tree") var lock: LockOptions
    @OptionGroup(title: "Plan") var plan: PlanOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: plan.format.isJSON)
        let request = try request()
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
        try Results.show(request)
    }

    func request() throws -> BuildRequest {
        var request = try BuildRequest(.build, global)
        let description = BootSession.folder(named: description)
        request.description = description
        request.target = try DefaultFolders.target(targetDir, description: description, global)
        request.keepRoot = keepRoot
        request.containerLayers = containerLayers
        request.lockFile = lock.path(description: description)
        try request.take(prepare)
        request.take(plan)
        return request
    }
}

struct SystemPrepare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare", abstract: "Build a root tree from a description.",
        discussion: """
            The tree is a plain folder; 'kiwi system create' makes images from it. The log is ROOT.log. \
            Files of an ordinary user's tree belong to mapped ids: remove it with 'kiwi system clean'.
            """)

    @Option(help: .init("Folder of the description.", valueName: "folder"), completion: .directory)
    var description: String

    @Option(
        help: .init("Folder of the new root tree. Old descriptions may name one.", valueName: "folder"),
        completion: .directory)
    var root: String?

    @OptionGroup(title: "Root tree") var prepare: PrepareOptions
    @OptionGroup(title: "Root tree") var lock: LockOptions
    @OptionGroup(title: "Plan") var plan: PlanOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: plan.format.isJSON)
        var request = try BuildRequest(.prepare, global)
        let description = BootSession.folder(named: description)
        request.description = description
        request.root = try DefaultFolders.root(root, description: description, global)
        try request.take(prepare)
        request.lockFile = lock.path(description: description)
        request.take(plan)
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
    }
}

struct SystemCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Build an image from a prepared root tree.")

    @Option(
        help: .init("Root tree made by 'kiwi system prepare'.", valueName: "folder"), completion: .directory)
    var root: String

    @Option(
        help: .init(
            "Folder for the results; made when missing. Old descriptions may name one.", valueName: "folder"),
        completion: .directory)
    var targetDir: String?

    @Option(
        parsing: .singleValue,
        help: .init("Trust a key for all repositories. May be repeated.", valueName: "file"),
        completion: .file())
    var signingKey: [String] = []

    @OptionGroup var registries: RegistryOptions
    @OptionGroup var tools: ToolsTreeOptions

    @OptionGroup(title: "Plan") var plan: PlanOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if plan.estimate {
            throw ValidationError("--estimate needs packages to ask for: a root tree has them")
        }
    }

    func run() async throws {
        global.apply(json: plan.format.isJSON)
        let request = try request()
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
        try Results.show(request)
    }

    func request() throws -> BuildRequest {
        var request = try BuildRequest(.create, global)
        request.root = Paths.absolute(root)
        request.target = try DefaultFolders.target(targetDir, description: root, global)
        request.overrides.signingKeys = signingKey.map(Paths.absolute)
        request.registries = registries.access
        request.toolsTree = tools.tree
        request.take(plan)
        return request
    }
}

struct SystemUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Update the packages of a root tree.",
        discussion: """
            Without packages all get the newest versions of the description's repositories, and nothing is \
            removed. With packages only these are installed, then others removed. The tree is replaced at the \
            end: until then, and when something fails, it is what it was. The description in it stays the same.
            """)

    @Option(
        help: .init("Root tree made by 'kiwi system prepare'.", valueName: "folder"), completion: .directory)
    var root: String

    @Option(
        parsing: .singleValue, help: .init("Install a further package. May be repeated.", valueName: "name"))
    var addPackage: [String] = []

    @Option(
        parsing: .singleValue,
        help: .init("Remove a package and what only it needed. May be repeated.", valueName: "name"))
    var deletePackage: [String] = []

    @OptionGroup var repositories: RepositoryOptions
    @OptionGroup var tools: ToolsTreeOptions

    @Option(
        parsing: .singleValue,
        help: .init("Trust a key for all repositories. May be repeated.", valueName: "file"),
        completion: .file())
    var signingKey: [String] = []

    @OptionGroup(title: "Plan") var plan: PlanOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        for name in addPackage + deletePackage where name.isEmpty || name.hasPrefix("-") {
            throw ValidationError("'\(name)' cannot be the name of a package")
        }
    }

    func run() async throws {
        global.apply(json: plan.format.isJSON)
        var request = try BuildRequest(.update, global)
        request.root = Paths.absolute(root)
        request.overrides.addPackages = addPackage
        request.overrides.deletePackages = deletePackage
        repositories.apply(to: &request.overrides)
        request.toolsTree = tools.tree
        request.overrides.signingKeys = signingKey.map(Paths.absolute)
        request.take(plan)
        try await Progress.showing(global) { try await performSandboxed(request, observer: $0) }
    }
}

struct SystemClean: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Remove the trees of a target folder.",
        discussion: """
            Removes TARGET/build with root trees and failed builds, whose files may belong to mapped ids \
            that the user cannot remove himself. Results stay.
            """)

    @Option(
        name: [.customLong("target-dir"), .customLong("root")],
        help: .init("Target folder of builds, or a root tree.", valueName: "folder"), completion: .directory)
    var target: String

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply()
        let request = CleanRequest(
            target: Paths.absolute(target), sandbox: try BuildRequest.sandbox(global.sandbox))
        try await Progress.showing(global) { try await cleanSandboxed(request, observer: $0) }
    }
}

struct SystemShell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Enter the root tree of a build.",
        discussion: """
            Enters the tree of the last failed or kept build of a target folder, or a prepared root tree. \
            Words after '--' are run instead of a shell.
            """)

    @Option(help: .init("Target folder of a build.", valueName: "folder"), completion: .directory)
    var targetDir: String?

    @Option(help: .init("Root tree.", valueName: "folder"), completion: .directory)
    var root: String?

    @Argument(help: .init("Program to run in the tree.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if (targetDir == nil) == (root == nil) { throw ValidationError("give either --target-dir or --root") }
    }

    func run() async throws {
        global.apply()
        let request = ShellRequest(
            target: targetDir.map(Paths.absolute), root: root.map(Paths.absolute),
            cache: Paths.cache(global.sharedCacheDir), command: command,
            sandbox: try BuildRequest.sandbox(global.sandbox), network: global.network ?? .host)
        let code = try await shellSandboxed(request)
        if code != 0 { throw ArgumentParser.ExitCode(code) }
    }
}
