/// One option of the command line of KIWI 1 to 8.
struct FormerOption: Sendable {
    enum Value: Sendable {
        case none, needed
        /// Taken when the next word is none of the options.
        case possible
    }

    /// What the option means for the call that is made of it.
    enum Meaning: Sendable, Equatable {
        /// What is done; the value is its object.
        case operation(FormerCommandLine.Operation)
        /// Goes over as it is, under a name of today.
        case passed(String)
        /// A flag that goes over.
        case flag(String)
        /// Part of a repository: the n-th of each kind belong together.
        case repository(RepositoryField, isReplacement: Bool)
        /// Where results go: `--destdir`.
        case destination
        case root
        case newRoot
        case logFile
        case bundleID
        /// The system image of a medium.
        case system
        /// Where a stick is, or how a virtual disk is made.
        case device, format
        /// Has nothing to change any more: colours, questions that are not asked, parts of what is shown whole.
        case settled
        /// Cannot be done; the text says what to do in its place.
        case gone(String)
    }

    enum RepositoryField: Sendable { case source, kind, alias, priority }

    /// Whether it stood alone in a call, though it is gone.
    var isOperation: Bool { Self.goneOperations.contains(names[0]) }

    private static let goneOperations: Set = [
        "installpxe", "migrate", "clone",
        "create-instsource", "init-cache", "convert",
    ]

    /// Long names; of one letter without a second dash.
    var names: [String]
    var value: Value
    var meaning: Meaning

    init(_ names: String..., value: Value = .needed, means meaning: Meaning) {
        self.names = names
        self.value = value
        self.meaning = meaning
    }

    /// KIWI 1 to 8 in the order of their help. Sources: `docs/former-command-line.md`.
    static let all: [FormerOption] =
        operations + places + repositories + packages + display + gone

    private static let operations = [
        FormerOption("prepare", "p", means: .operation(.prepare)),
        FormerOption("create", "c", means: .operation(.create)),
        FormerOption("upgrade", "u", means: .operation(.upgrade)),
        FormerOption("build", "b", means: .operation(.build)),
        FormerOption("bundle-build", means: .operation(.bundle)),
        FormerOption("check-config", means: .operation(.lint)),
        FormerOption("info", "i", means: .operation(.info)),
        FormerOption("list", "l", value: .possible, means: .operation(.list)),
        FormerOption("createpassword", "createhash", value: .none, means: .operation(.password)),
        FormerOption("bootcd", means: .operation(.bootCD)),
        FormerOption("bootstick", means: .operation(.bootStick)),
        FormerOption("bootvm", means: .operation(.bootVM)),
        FormerOption("installcd", means: .operation(.installCD)),
        FormerOption("installstick", means: .operation(.installStick)),
        FormerOption("version", value: .none, means: .operation(.version)),
        FormerOption("help", "h", value: .none, means: .operation(.help)),
    ]

    private static let places = [
        FormerOption("root", "r", means: .root),
        FormerOption("destdir", "dest-dir", "d", means: .destination),
        FormerOption("type", "t", means: .passed("--type")),
        FormerOption("add-profile", means: .passed("--profile")),
        FormerOption("bundle-id", means: .bundleID),
        FormerOption("target-arch", means: .passed("--target-arch")),
        FormerOption("force-new-root", value: .none, means: .newRoot),
        FormerOption("recycle-root", value: .none, means: .flag("--allow-existing-root")),
        FormerOption("select", means: .settled),
        FormerOption(
            "bootstick-system", "bootvm-system", "installcd-system", "installstick-system", means: .system),
        FormerOption("bootstick-device", means: .device),
        FormerOption("bootvm-format", means: .format),
        FormerOption("bootvm-disksize", means: .passed("--size")),
    ]

    private static let repositories = [
        FormerOption("add-repo", means: .repository(.source, isReplacement: false)),
        FormerOption("add-repotype", means: .repository(.kind, isReplacement: false)),
        FormerOption("add-repoalias", means: .repository(.alias, isReplacement: false)),
        FormerOption("add-repopriority", "add-repoprio", means: .repository(.priority, isReplacement: false)),
        FormerOption("set-repo", means: .repository(.source, isReplacement: true)),
        FormerOption("set-repotype", means: .repository(.kind, isReplacement: true)),
        FormerOption("set-repoalias", means: .repository(.alias, isReplacement: true)),
        FormerOption("set-repopriority", "set-repoprio", means: .repository(.priority, isReplacement: true)),
        FormerOption("ignore-repos", value: .none, means: .flag("--ignore-repos")),
        FormerOption(
            "ignore-repos-used-for-build", value: .none, means: .flag("--ignore-repos-used-for-build")),
    ]

    private static let packages = [
        FormerOption("add-package", means: .passed("--add-package")),
        FormerOption("del-package", means: .passed("--delete-package")),
        FormerOption(
            "add-pattern",
            means: .gone("write <namedCollection name=\"...\"/> into a <packages> of the description")
        ),
        FormerOption(
            "package-manager",
            means: .gone("write <packagemanager> into the <preferences> of the description")),
    ]

    private static let display = [
        FormerOption("logfile", means: .logFile),
        FormerOption("debug", value: .none, means: .flag("--debug")),
        FormerOption("verbose", "v", means: .settled),
        FormerOption("nocolor", value: .none, means: .settled),
        FormerOption("yes", "y", value: .none, means: .settled),
    ]

    /// What was done without a prepared tree and is done otherwise today.
    private static let gone = [
        FormerOption("installpxe", means: .gone("build type 'oem' with installpxe=\"true\"")),
        FormerOption("installpxe-system", means: .gone("see --installpxe")),
        FormerOption(
            "migrate", "m",
            means: .gone("a running system cannot be turned into a description; begin with 'kiwi init'")),
        FormerOption("exclude", "e", means: .gone("see --migrate")),
        FormerOption("report", value: .none, means: .gone("see --migrate")),
        FormerOption("clone", "o", means: .gone("copy the folder of the description")),
        FormerOption(
            "create-instsource",
            means: .gone("an installation source is made by other tools, for example createrepo_c")),
        FormerOption(
            "strip", "s", value: .none,
            means: .gone(
                "write <strip> elements into the description, or call baseStripTools and the like in config.sh"
            )),
        FormerOption("init-cache", means: .gone("what can be reused is kept without being asked")),
        FormerOption("convert", means: .gone("use qemu-img convert, or format=\"...\" of the type")),
    ]
}
