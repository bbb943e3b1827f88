import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// The initrd of the boot medium.
    public static let initrd = Artifact.file("initrd")
}

/// Runs dracut once in the root tree. Our boot code is shown to it by bind mounts; the
/// result and all temporary files lie outside the tree.
public struct MakeInitrd: BuildStep {
    public var output: Artifact
    public var id: String { output.name }
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var modules: InitrdModules
    public var options: ResolvedImage.InitrdOptions
    /// A folder whose files the initrd gets too.
    public var files: Artifact?
    /// A folder with the content of the archives that are for the initrd.
    public var archives: Artifact?
    /// A tree that has the kernel and its modules, when ``tree`` is another one: the tree of a boot image.
    public var kernelModules: Artifact?
    /// What dracut compresses with, for a result whose name says it; nil: what suits the kernel best.
    public var compressor: String?
    /// The kernel's command line, a value, when both become one EFI program with the kernel.
    public var unifiedCommandLine: Artifact?

    public init(
        tree: Artifact, modules: InitrdModules, options: ResolvedImage.InitrdOptions,
        output: Artifact = .initrd, because: Position? = nil
    ) {
        self.output = output
        self.tree = tree
        self.modules = modules
        self.options = options
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String {
        "make the \(unifiedCommandLine == nil ? "initrd" : "unified kernel image") with dracut"
            + (modules.required.isEmpty ? "" : " (\(modules.required.joined(separator: ", ")))")
    }
    public static var version: Int { 2 }
    public var reads: [Artifact] {
        [tree, .treeFacts, .clock] + [files, archives, unifiedCommandLine, kernelModules].compactMap { $0 }
    }
    public var writes: [Artifact] { [output] }
    public var reusable: Bool { true }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        guard !modules.own.isEmpty else { return [] }
        return [try BootResources.locate().digest(of: modules.own)]
    }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let clock: Int64 = try await workspace.value(.clock)
        let target = try await workspace.newFile(output)
        let work = "\(workspace.folders.scratch)/\(id)-work"
        for folder in ["out", "tmp", "files"] { try FileSystem.makeFolder("\(work)/\(folder)") }
        defer { try? FileSystem.removeTree(work) }
        var call = DracutCall(
            kernelVersion: facts.kernelVersion, output: "/run/kiwi/out/initrd",
            temporaryFolder: "/run/kiwi/tmp",
            modules: modules.required + facts.dracutModules, options: options, clock: clock)
        call.commandLine = modules.commandLine
        if let unifiedCommandLine {
            call.commandLine = try await workspace.value(unifiedCommandLine)
            call.unifiedKernel = facts.kernelFile
        }
        call.install = facts.hasProfile ? ["/.profile"] : []
        if files != nil { call.include = ["/run/kiwi/files"] }
        var further = "\(work)/files"
        if let files { further = try await workspace.file(files) }
        let files = further
        var shown = [
            BindMount("\(work)/out", at: "/run/kiwi/out", readOnly: false),
            BindMount("\(work)/tmp", at: "/run/kiwi/tmp", readOnly: false),
            BindMount(files, at: "/run/kiwi/files"),
        ]
        if let archives {
            let folder = try await workspace.file(archives)
            shown.append(BindMount(folder, at: "/run/kiwi/archives"))
            call.include.append("/run/kiwi/archives")
            // dracut copies folders as they are; libraries come with what it installs from the tree.
            call.install += try Self.programs(in: folder)
        }
        // Level 3 is a third of the time of dracut's 15 for a few percent of size.
        call.compressor = compressor ?? facts.initrdCompressor.map { $0 == "zstd" ? "zstd -3 -q -T0" : $0 }
        let binds = try moduleBinds(facts: facts) + shown
        let complaints = Mutex<[String]>([])
        var tool = call.call
        tool.output = .lines { line in
            if line.contains("cannot be found or installed") { complaints.withLock { $0.append(line) } }
        }
        let dracut = tool
        try await withModules(of: facts.kernelVersion, in: workspace) { modules in
            try await workspace.withScratchTree(of: tree) { tree in
                try await tree.withKernelFileSystems(network: false) {
                    try await tree.withBindMounts(binds + modules) { _ = try await tree.run(dracut) }
                }
            }
        }
        try reportMissing(complaints.withLock { $0 }, log: workspace.log)
        let made = "\(work)/out/initrd"
        guard let size = FileSystem.size(of: made), size > 0 else {
            throw Diagnostic(
                "no-initrd", at: because, "dracut ended well but wrote no initrd",
                remedy: "look for its messages in the log, lines starting with 'dracut:'")
        }
        try await workspace.runner.run(ToolCall("cp", ["--sparse=never", "--", made, target]))
        guard chmod(target, 0o644) == 0 else { throw FileError.current("change mode of", target) }
        if unifiedCommandLine != nil { return try EFIProgram.setTime(clock, of: target) }
        if size % Self.sectorBytes == 0 { try append(4, to: target) }
    }

    /// Shows the modules of ``kernelModules`` to the tree that dracut runs in.
    private func withModules(
        of version: String, in workspace: Workspace,
        _ body: @Sendable ([BindMount]) async throws -> Void
    ) async throws {
        guard let kernelModules else { return try await body([]) }
        try await workspace.withTree(of: kernelModules) { system in
            let folder = "/lib/modules/\(version)"
            let source = try system.resolve(folder, followLast: true)
            try await body([BindMount(source, at: "/usr\(folder)")])
        }
    }

    /// The ELF files of a folder, as paths in an initrd that gets it; without those that an option of dracut cannot name.
    static func programs(in folder: String) throws -> [String] {
        var found: [String] = []
        func search(_ path: String) throws {
            for name in try FileSystem.names(in: folder + path).sorted() {
                let inside = "\(path)/\(name)"
                if FileSystem.isRealFolder(folder + inside) {
                    try search(inside)
                } else if FileSystem.isRegularFile(folder + inside), !inside.contains(where: \.isWhitespace),
                    try FileSystem.readStart(of: folder + inside, count: ELFFile.magic.count) == ELFFile.magic
                {
                    found.append(inside)
                }
            }
        }
        try search("")
        return found
    }

    /// What the tree must have when kernel and initrd become one EFI program.
    public static func unifiedRequirements(_ platform: LoaderPlatform) -> [BootRequirement] {
        let purpose = "the unified kernel image"
        return [
            BootRequirement(
                .file, [SystemdBoot.stub(for: platform)], package: SystemdBoot.debianPackage, for: purpose),
            BootRequirement(.tool, ["objcopy"], package: "binutils", for: purpose),
        ]
    }

    /// Bytes of a sector of a CD. GRUB 2.06 resets a BIOS machine when an initrd read from CD fills
    /// its last sector to the last byte; the kernel skips zeros behind an archive.
    private static let sectorBytes: Int64 = 2048

    private func append(_ zeros: Int64, to path: String) throws {
        guard let size = FileSystem.size(of: path), truncate(path, off_t(size + zeros)) == 0 else {
            throw FileError.current("extend", path)
        }
    }

    /// Our modules under the names KIWI's packages use; a folder of another number with
    /// the same module name would compete, so ours is shown there instead.
    private func moduleBinds(facts: TreeFacts) throws -> [BindMount] {
        guard !modules.own.isEmpty else { return [] }
        let resources = try BootResources.locate()
        return try modules.own.flatMap { module -> [BindMount] in
            guard let folder = try resources.folder(of: module) else {
                throw Diagnostic(
                    "boot-code-missing", "the boot code folder has no module '\(module)'",
                    remedy: "install kiwi again", notes: [resources.dracutModules])
            }
            let foreign = facts.foreignModuleFolders.filter { BootResources.moduleName($0) == module }
            return (foreign.isEmpty ? [folder] : foreign).map {
                BindMount("\(resources.dracutModules)/\(folder)", at: "/usr/lib/dracut/modules.d/\($0)")
            }
        }
    }

    /// dracut goes on without modules it cannot install: without the boot code the medium
    /// would not start.
    private func reportMissing(_ complaints: [String], log: BuildLog) throws {
        let fatal = complaints.filter { line in
            modules.required.contains { line.contains("'\($0)'") }
        }
        guard fatal.isEmpty else {
            throw Diagnostic(
                "initrd-module", at: because, "dracut left out a module that the image boots with",
                remedy: "add the packages the lines above it in the log ask for", notes: fatal)
        }
        for line in complaints { log.warning(line) }
    }
}
