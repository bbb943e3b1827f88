import KiwiDescription
import KiwiToolbox

/// The one call of dracut that makes an initrd, with arguments as KIWI gives them. Pure.
public struct DracutCall: Sendable {
    public var kernelVersion: String
    /// Path inside the tree.
    public var output: String
    public var temporaryFolder: String
    public var modules: [String]
    public var options: ResolvedImage.InitrdOptions
    /// Files of the tree to put in as well.
    public var install: [String] = []
    /// Folders whose content goes into the root of the initrd.
    public var include: [String] = []
    /// Words for the initrd's own command line, which the kernel's is added to.
    public var commandLine: String?
    /// Path of the kernel inside the tree when it, the initrd and ``commandLine`` become one EFI program.
    public var unifiedKernel: String?
    /// nil leaves the choice to dracut.
    public var compressor: String?
    public var clock: Int64

    public init(
        kernelVersion: String, output: String, temporaryFolder: String, modules: [String],
        options: ResolvedImage.InitrdOptions, clock: Int64
    ) {
        self.kernelVersion = kernelVersion
        self.output = output
        self.temporaryFolder = temporaryFolder
        self.modules = modules
        self.options = options
        self.clock = clock
    }

    public var call: ToolCall {
        var words = [
            "--force", "--reproducible", "--no-hostonly", "--no-hostonly-cmdline", "--no-hostonly-i18n",
            "--tmpdir", temporaryFolder, "--kver", kernelVersion,
        ]
        func list(_ option: String, _ names: [String]) {
            if !names.isEmpty { words += [option, names.joined(separator: " ")] }
        }
        // A list of the user's own replaces dracut's selection, never what the medium boots with.
        list("--modules", options.setModules.isEmpty ? [] : unique(options.setModules + modules))
        list("--add", unique(modules + options.addModules))
        list("--omit", options.omitModules.filter { !modules.contains($0) })
        list("--drivers", options.setDrivers)
        list("--add-drivers", options.addDrivers)
        list("--omit-drivers", options.omitDrivers)
        if let unifiedKernel { words += ["--uefi", "--kernel-image", unifiedKernel] }
        if let commandLine { words += ["--kernel-cmdline", commandLine] }
        if let compressor { words += ["--compress", compressor] }
        for file in install { words += ["--install", file] }
        for folder in include { words += ["--include", folder, "/"] }
        words.append(output)
        return ToolCall(
            "dracut", words, environment: ["SOURCE_DATE_EPOCH": "\(clock)", "LC_ALL": "C"],
            logPrefix: "dracut: ")
    }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
