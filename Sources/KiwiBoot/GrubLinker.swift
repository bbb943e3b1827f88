import KiwiToolbox

/// Links one GRUB core image with the program and the modules of one origin.
public struct GrubLinker: Sendable {
    var choice: LoaderChoice
    /// grub-mkimage's name, for example `i386-pc-eltorito`.
    var format: String
    /// Folder of modules and menu, as GRUB sees it.
    var prefix: String
    /// GRUB's first configuration, built in.
    var early: String
    /// Which of the modules that are there go in.
    var modules: @Sendable (_ available: Set<String>) -> [String]

    public init(
        choice: LoaderChoice, format: String, prefix: String, early: String,
        modules: @escaping @Sendable (_ available: Set<String>) -> [String]
    ) {
        self.choice = choice
        self.format = format
        self.prefix = prefix
        self.early = early
        self.modules = modules
    }

    /// - Parameter then: gets the folder of the modules and the file of the core image; both are gone
    ///   afterwards.
    public func link(
        tree: Artifact, in workspace: Workspace,
        then: @Sendable (_ modules: String, _ core: String) throws -> Void
    ) async throws {
        workspace.log.info(
            "GRUB \(choice.version) for \(choice.platform.rawValue) comes from "
                + (choice.origin == .tree ? "the root tree" : "this machine"))
        let work = "\(workspace.folders.scratch)/\(workspace.stepID)-\(choice.platform.rawValue)"
        try FileSystem.makeFolder(work)
        defer { try? FileSystem.removeTree(work) }
        try FileSystem.write(early, to: "\(work)/early.cfg")
        func call(_ folder: String, in modulesFolder: String) throws -> ToolCall {
            let available = GrubModules.available(in: try FileSystem.names(in: modulesFolder))
            return ToolCall(
                choice.tool,
                [
                    "--format", format, "--directory", choice.modules, "--prefix", prefix, "--config",
                    "\(folder)/early.cfg", "--output", "\(folder)/core.img",
                ] + modules(available))
        }
        switch choice.origin {
        case .host:
            try await workspace.runner.run(call(work, in: choice.modules))
            try then(choice.modules, "\(work)/core.img")
        case .tree:
            let inside = "/run/kiwi/loader"
            try await workspace.withScratchTree(of: tree) { tree in
                let modulesFolder = try tree.resolve(choice.modules)
                try await tree.withKernelFileSystems(network: false) {
                    try await tree.withBindMounts([BindMount(work, at: inside, readOnly: false)]) {
                        _ = try await tree.run(call(inside, in: modulesFolder))
                    }
                }
                try then(modulesFolder, "\(work)/core.img")
            }
        }
    }
}
