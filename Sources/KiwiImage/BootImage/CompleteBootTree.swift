import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Gives the tree of a boot image what comes from its system, kernel modules and the identifier of the
/// image, and `/init`.
public struct CompleteBootTree: BuildStep {
    public let id = "boot-image.complete"
    public var because: Position?
    /// The topmost layer of the system's root tree.
    public var system: Artifact
    public var drivers: [Located<String>]

    public init(system: Artifact, drivers: [Located<String>], because: Position?) {
        self.system = system
        self.drivers = drivers
        self.because = because
    }

    /// Drivers with their places: those stand in warnings, which the cache repeats.
    private enum CodingKeys: CodingKey { case system, drivers }

    public var summary: String {
        drivers.isEmpty
            ? "put all kernel modules into the boot image"
            : "put kernel modules of \(drivers.count) drivers into the boot image"
    }
    // The first layer is the one that this one lies over.
    public var reads: [Artifact] { [.strippedBootTree, system, .treeFacts, .imageIDs] }
    public var writes: [Artifact] { [.completeBootTree] }
    public var reusable: Bool { true }

    public func run(in workspace: Workspace) async throws {
        let facts: TreeFacts = try await workspace.value(.treeFacts)
        let ids: ImageIDs = try await workspace.value(.imageIDs)
        try await workspace.buildLayer(.completeBootTree, over: .strippedBootTree) { boot in
            try Self.makeInit(in: boot.path, because: because)
            try await workspace.withScratchTree(of: system) { system in
                try await putModules(of: facts.kernelVersion, from: system, into: boot)
            }
            // The loader reads kernels from the disk, not from the initrd.
            let folder = try boot.resolve("/boot")
            try FileSystem.removeTree(folder)
            try FileSystem.makeFolder(folder)
            try FileSystem.write(ids.mbrID + "\n", to: "\(folder)/mbrid")
        }
    }

    /// The kernel starts `/init`; KIWI's boot code calls it `/linuxrc`.
    static func makeInit(in root: String, because: Position?) throws {
        let tree = TreeReader(root)
        if !FileSystem.exists("\(root)/init"), tree.isFile("/linuxrc") {
            try FileSystem.makeLink("\(root)/init", to: "linuxrc")
        }
        guard let place = tree.place("/init"), FileSystem.isFile(place) else {
            throw Diagnostic(
                "no-init", at: because, "the boot image has neither /init nor /linuxrc",
                remedy: "put the program that starts the system into root/ of the boot description")
        }
        guard FileSystem.isExecutable(place) else {
            throw Diagnostic(
                "init-not-executable", at: because, "/init of the boot image is not executable",
                remedy: "chmod 755 the file in root/ of the boot description")
        }
    }

    /// The modules of the boot image itself if it has a kernel, else those of the system.
    private func putModules(of version: String, from system: RootTree, into boot: RootTree) async throws {
        let all = try boot.resolve("/lib/modules", followLast: true)
        let target = "\(all)/\(version)"
        for name in (try? FileSystem.names(in: all)) ?? [] where name != version {
            try FileSystem.removeTree("\(all)/\(name)")
        }
        let hasOwn = FileSystem.isRealFolder("\(target)/kernel")
        let source =
            hasOwn ? target : try system.resolve("/lib/modules/\(version)", followLast: true)
        let selection = try select(from: source, log: boot.workspace.log)
        if hasOwn {
            let kept = Set(selection.kept)
            for path in try ModuleSelection([], Self.tables(in: source)).kept where !kept.contains(path) {
                try FileSystem.removeTree(try TreePath.resolve(path, below: target))
            }
        } else {
            try FileSystem.removeTree(target)
            try FileSystem.makeFolder(target)
            let lists = ["modules.builtin", "modules.builtin.modinfo", "modules.order"]
            let files = lists.filter { FileSystem.isFile("\(source)/\($0)") } + selection.kept
            try await boot.workspace.runner.run(
                ToolCall(
                    "cp", ["--archive", "--parents", "--reflink=auto", "--"] + files + [target],
                    workingDirectory: source))
        }
        try await system.withBindMounts([BindMount(boot.path, at: "/run/boot-image", readOnly: false)]) {
            _ = try await system.run(ToolCall("depmod", ["--basedir", "/run/boot-image", version]))
        }
    }

    private func select(from folder: String, log: BuildLog) throws -> ModuleSelection {
        do {
            let selection = try ModuleSelection(drivers.map(\.value), Self.tables(in: folder))
            for driver in drivers where selection.unmatched.contains(driver.value) {
                log.warning(
                    (driver.position.map { "\($0): " } ?? "")
                        + "<drivers> names '\(driver.value)', which fits no module of the kernel")
            }
            return selection
        } catch {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "driver-pattern", at: drivers.first { $0.value == error.driver }?.position,
                    "'\(error.driver)' is no regular expression",
                    remedy: "write a module's name, a part of its path, or a regular expression"))
        }
    }

    private static func tables(in folder: String) -> ModuleSelection.Tables {
        func text(_ name: String) -> String { (try? FileSystem.readText("\(folder)/\(name)")) ?? "" }
        return ModuleSelection.Tables(
            dependencies: text("modules.dep"), softDependencies: text("modules.softdep"),
            aliases: text("modules.alias"), builtIn: text("modules.builtin"))
    }
}
