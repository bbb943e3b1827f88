import CKiwiLinux
import Foundation
import KiwiDiagnostics
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The builder's inside half: sets up folders and mounts in the sandbox, runs the
/// work, and leaves nothing behind.
public struct Worker: Sendable {
    /// What the work needs besides its plan.
    public struct Setup: Sendable {
        /// Where results appear; empty when none are made.
        public var target = ""
        /// Existing or new folder for large temporary files; a private folder is made in it.
        public var bulkParent: String
        public var cache: String
        public var temporary = "/var/tmp"
        public var settings = BuildSettings()
        /// Architecture of the image and of this machine, as `uname -m` says them; empty: the machine's own.
        public var architecture = ""
        public var hostArchitecture = ""
        /// Build layers in memory when they fit.
        public var useTmpfs = true
        /// Force the stacking method (tests); nil probes.
        public var stacking: Stacking?
        /// The mount journal of the plain sandbox.
        public var journal: String
        /// Tells the first process of the sandbox what to undo.
        public var environment: [String: String] { [InitProcess.journalVariable: journal] }

        public init(bulkParent: String, cache: String) {
            self.bulkParent = bulkParent
            self.cache = cache
            journal =
                getenv(InitProcess.journalVariable).map { String(cString: $0) }
                ?? "\(bulkParent)/.kiwi-mounts"
        }
    }

    private let setup: Setup
    private let log: BuildLog
    private let kind: SandboxKind

    public init(_ setup: Setup, log: BuildLog) {
        self.setup = setup
        self.log = log
        kind = SandboxLauncher.current ?? .none
    }

    /// Runs `body` with a workspace. Cancelled when the outer process passes on a signal.
    public func run(_ body: @escaping @Sendable (Workspace) async throws -> Void) async throws {
        umask(0o022)
        try FileSystem.makeFolder(setup.bulkParent)
        try FileSystem.makeFolder(setup.cache)
        let cacheLock = try CacheLock(setup.cache, exclusive: false)
        removeLeftovers()
        let bulk = try PrivateFolder.make(in: setup.bulkParent)
        let scratch = try PrivateFolder.make(in: setup.temporary)
        let table = MountTable(journal: kind == .none ? setup.journal : nil)
        defer {
            table.unmountAll()
            bulk.remove()
            scratch.remove()
            withExtendedLifetime(cacheLock) {}
        }
        if kind != .none {
            // Programs that look at /proc/self need the proc of their own pid namespace.
            _ = mount("proc", "/proc", "proc", UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC), nil)
        }
        try prepareForArchitecture()
        try table.mount(
            "kiwi", at: scratch.path, type: "tmpfs", flags: UInt(MS_NOSUID | MS_NODEV), options: tmpfsOptions)
        let useTmpfs = setup.useTmpfs && Memory.availableBytes > Self.tmpfsMinimum
        let layerFolder = useTmpfs ? scratch.path : bulk.path
        var runner: any CommandRunner = ProcessRunner(
            log: log, environment: Proxies.environment(hidingIn: log))
        var settings = setup.settings
        if let tree = settings.toolsTree {
            let tools = try await ToolsTreeRunner.make(
                tree, over: runner, cache: setup.cache, place: "\(scratch.path)/tools", mounts: table,
                ownersAreMapped: kind == .user, log: log)
            (runner, settings.toolsTree) = (tools, tools.tree)
        }
        let workspace = Workspace(
            runner: runner,
            log: log,
            folders: WorkFolders(
                target: setup.target, cache: setup.cache, scratch: scratch.path, bulk: bulk.path),
            artifacts: ArtifactStore(folder: bulk.path),
            layers: LayerStore(mounts: table, stacking: stacking(layerFolder), useTmpfs: useTmpfs),
            settings: settings)
        try await cancellable { try await body(workspace) }
    }

    /// Programs of the image's architecture can be started.
    private func prepareForArchitecture() throws {
        guard !setup.architecture.isEmpty else { return }
        if ForeignPrograms.isNarrow(setup.architecture, on: setup.hostArchitecture) { kiwi_narrow_machine() }
        try ForeignPrograms.needed(for: setup.architecture, on: setup.hostArchitecture)?.enable(in: kind)
    }

    /// What is part of every key: layers are private to one kind of sandbox.
    public func commonKey(architecture: String, in workspace: Workspace) -> [String] {
        (workspace.settings.toolsTree.map { ["tools-tree", $0.key] } ?? []) + [
            "kiwi-layers-1", architecture, kind == .user ? "user" : "root",
            setup.settings.networkForScripts ? "network" : "no-network",
            setup.settings.sourceDateEpoch.map { "\($0)" } ?? "",
        ] + setup.settings.extraEnvironment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// A tmpfs must hold a layer with everything beside it; below this, layers go to the disk.
    private static let tmpfsMinimum: Int64 = 6 << 30

    private var tmpfsOptions: String {
        setup.useTmpfs ? "mode=755,size=75%,huge=never" : "mode=755,size=512m"
    }

    private func stacking(_ folder: String) -> Stacking {
        if let forced = setup.stacking { return forced }
        if let text = getenv("KIWI_STACKING"), String(cString: text) == "copy" { return .copy }
        guard let reason = Stacking.probe(upperFolder: folder, lowerFolder: setup.cache) else {
            return .overlay
        }
        log.info("layers are copied, not stacked, on this machine: \(reason)")
        return .copy
    }

    /// Work folders of builds that are gone, for a caller whose worker was killed.
    public static func leftovers(of setup: Setup) -> [String] {
        Set([setup.bulkParent, setup.temporary]).sorted().flatMap(PrivateFolder.abandoned)
    }

    /// Removes what killed builds have left in the folders this build uses.
    private func removeLeftovers() {
        if kind == .none {
            for place in MountTable.undoJournal(setup.journal) { log.info("unmounted the leftover \(place)") }
        }
        for folder in Set([setup.bulkParent, setup.temporary]) {
            for path in PrivateFolder.abandoned(in: folder) {
                log.info("removing \(path), left by a build that was killed")
                do { try FileSystem.removeTree(path) } catch { log.warning("\(error)") }
            }
        }
    }

    private func cancellable(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await body() }
        let thread = Thread {
            // A signal, or the end of the outer process: clean up and end.
            guard SandboxLauncher.controlEnd != nil else { return }
            _ = SandboxLauncher.nextControlSignal()
            task.cancel()
        }
        thread.stackSize = 1 << 18
        thread.start()
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// A folder that belongs to one running build, recognised as abandoned when nobody holds its lock.
public struct PrivateFolder: Sendable {
    private static let prefix = ".kiwi-work-"
    public let path: String
    private let lock: Int32

    public static func make(in parent: String) throws -> PrivateFolder {
        try FileSystem.makeFolder(parent)
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError.current("make a folder in", parent) }
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        // The lock lies beside the folder: a tmpfs may be mounted over the folder itself.
        let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw FileError.current("lock", path) }
        return PrivateFolder(path: path, lock: lock)
    }

    public func remove() {
        try? FileSystem.removeTree(path)
        unlink("\(path).lock")
        close(lock)
    }

    /// Folders whose builds are gone, and stray locks.
    public static func abandoned(in parent: String) -> [String] {
        ((try? FileSystem.names(in: parent)) ?? []).filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".lock") }
            .map { "\(parent)/\($0)" }
            .filter { path in
                var info = stat()
                guard lstat(path, &info) == 0, info.st_uid == geteuid() else { return false }
                let lock = open("\(path).lock", O_RDWR | O_CLOEXEC)
                guard lock >= 0 else { return true }
                defer { close(lock) }
                guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
                unlink("\(path).lock")
                return true
            }
    }
}

/// Memory of the machine.
enum Memory {
    /// MemAvailable in bytes.
    static var availableBytes: Int64 {
        guard let text = try? FileSystem.readText("/proc/meminfo") else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return (Int64(line.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 1024
        }
        return 0
    }
}

/// Proxy settings of the caller, for downloads and scripts, in both cases.
enum Proxies {
    static func environment(hidingIn log: BuildLog) -> [String: String] {
        var variables: [String: String] = [:]
        for name in ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"] {
            guard let text = getenv(name) ?? getenv(name.uppercased()) else { continue }
            let value = String(cString: text)
            variables[name] = value
            variables[name.uppercased()] = value
            if let at = value.lastIndex(of: "@"), let start = value.range(of: "://")?.upperBound, start < at {
                log.hide(String(value[start..<at]))
            }
        }
        return variables
    }
}
