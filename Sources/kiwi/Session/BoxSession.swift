import ArgumentParser
import Foundation
import KiwiDeploy
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox
import Synchronization

/// One build in a box: what it may see, where its results go.
struct BoxSession {
    var machine: BoxMachine
    var job: BoxJob
    private let box: Box
    private let request: BuildRequest

    /// - Parameter words: the options of `system build` as they were given.
    /// - Throws: `Failure` with everything that is wrong with the description: it is read here first.
    init(_ build: SystemBuild, words: [String], box: Box) throws {
        self.box = box
        request = try build.request()
        let files = try BoxStore.files(in: box.place)
        machine = BoxMachine(files: files, cacheDisk: box.cacheDisk, memoryMiB: 0, processors: 1)
        machine.isVerbose = request.logLevel <= 10
        job = BoxJob(
            arguments: ["system", "build"] + words,
            directory: FileManager.default.currentDirectoryPath, target: request.target!)
        job.readable = try Self.readable(request, build)
        if let cache = request.cacheTarget.flatMap(Self.folder) { job.writable.insert(cache) }
        job.environment = Self.environment
        if let log = request.logFile, log != "stdout", !log.hasPrefix("\(job.target)/") {
            job.writable.insert(FileSystem.parent(of: log))
        }
        try Self.refuse(build)
    }

    /// Options that have no meaning in a box.
    private static func refuse(_ build: SystemBuild) throws {
        for (isGiven, option, reason) in [
            (build.keepRoot, "--keep-root", "the root tree stays in the box"),
            (
                build.prepare.allowExistingRoot, "--allow-existing-root",
                "it cannot see a tree of this machine"
            ),
            (
                build.global.sharedCacheDir != nil, "--shared-cache-dir",
                "it has a cache of its own; see --cache-from"
            ),
            (build.global.tempDir != nil, "--temp-dir", "it has a disk of its own"),
        ] where isGiven {
            throw ValidationError("\(option) has no meaning in a box: \(reason)")
        }
    }

    /// Half of the memory of this machine, at most 8 GiB, as MiB.
    static var usualMemory: Int {
        min(8192, max(1024, Int(ProcessInfo.processInfo.physicalMemory >> 21)))
    }

    /// - Throws: a usage error when the box is for another architecture.
    func require(_ architecture: String) throws {
        let own = machine.files.architecture?.rawValue ?? "an unknown architecture"
        guard own != architecture else { return }
        throw Failure(
            .usage,
            Diagnostic(
                "box-architecture", "the box '\(box.name)' is for \(own)",
                remedy:
                    "make one with 'kiwi --target-arch \(architecture) box create NAME', and give --box NAME")
        )
    }

    func run() async throws {
        let isOwn = machine.files.architecture == .host
        let lock = try TargetLock(request.buildLogFile)
        defer { withExtendedLifetime(lock) {} }
        let parent = "\(job.target)/build"
        for path in PrivateFolder.abandoned(in: parent) { try? FileSystem.removeTree(path) }
        for folder in job.writable { try FileSystem.makeFolder(folder) }
        let folder = try PrivateFolder.make(in: parent)
        defer { folder.remove() }
        var machine = machine
        // A second build at the same time has no cache.
        let cacheLock = try? TargetLock("\(box.place)/lock")
        defer { withExtendedLifetime(cacheLock) {} }
        if cacheLock == nil {
            machine.cacheDisk = "\(folder.path)/cache.raw"
            Output.message("note: another build uses the cache of the box: this one starts without")
        }
        let run = BoxRun(
            machine: machine, job: job, program: isOwn ? try .running() : nil,
            work: BoxWork(folder: folder.path))
        let level = request.logLevel
        let log = Mutex<[String]>([])
        let code = try await interruptible {
            try await run.run { line, isOfProgram in
                if isOfProgram || level <= 10 { Output.message(line) }
                if !isOfProgram { log.withLock { $0.append(line) } }
            }
        }
        try? FileSystem.write(
            log.withLock { $0.joined(separator: "\n") + "\n" }, to: "\(parent)/box.log")
        try Self.move(run.work.results, to: job.target)
        let output = run.work.standardOutput
        if !output.isEmpty { Output.result(output) }
        if code != 0 { throw ArgumentParser.ExitCode(code) }
    }

    /// A signal ends the machine, and what it has left is removed.
    private func interruptible(_ body: @escaping @Sendable () async throws -> Int32) async throws -> Int32 {
        let stop = SignalWait()
        return try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await stop.wait()
                return nil
            }
            let first = try await group.next()!
            group.cancelAll()
            guard let first else { throw ArgumentParser.ExitCode(130) }
            return first
        }
    }

    /// Renames what is complete; the list of the results comes last.
    private static func move(_ source: String, to target: String) throws {
        let names = try FileSystem.names(in: source).sorted()
        for name in names.filter({ $0 != ResultList.fileName }) + names.filter({ $0 == ResultList.fileName })
        {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            if FileSystem.isRealFolder(from), FileSystem.isRealFolder(to) {
                try move(from, to: to)
            } else {
                if FileSystem.isRealFolder(to) { try FileSystem.removeTree(to) }
                try FileSystem.rename(from, to: to)
            }
        }
    }

    // MARK: What the build reads

    /// - Throws: `Failure` with everything that is missing, at its place.
    private static func readable(_ request: BuildRequest, _ build: SystemBuild) throws -> Set<String> {
        let overrides = request.overrides
        let loaded = try DescriptionLoader.load(
            folder: request.description!, fileName: request.kiwiFile, fetch: SmallDownload.fetch)
        let image = try loaded.resolve(
            ResolveRequest(
                profiles: request.profiles,
                architecture: request.targetArchitecture.map(Architecture.init(rawValue:)) ?? .host,
                type: request.type, overrides: overrides))
        let mirrors = request.configuration.mirrors.map { MirrorRule(from: $0.from, to: $0.to) }
        var found: [String: Position?] = [request.description!: nil]
        func add(_ text: String, at position: Position? = nil) {
            if let path = LocalSource.path(text, mirrors: mirrors) { found[path] = position }
        }
        for repository in image.repositories {
            add(repository.source.value, at: repository.source.position)
            for key in repository.signingKeys { add(key.value, at: key.position) }
        }
        // Passphrases, base containers: they may be lists.
        for value in image.type.attributes.values {
            for text in value.value.split(separator: ",") where text.hasPrefix("file:") {
                add(String(text), at: value.position)
            }
        }
        for text in overrides.signingKeys + overrides.caCertificates { add(text) }
        for path in [
            request.lockFile, build.global.config.map(Paths.absolute), request.toolsTree?.path,
            request.registries.credentialsFile, request.registries.certificateFolder,
        ] + request.cacheSources.map(folder) {
            if let path { found[path] = nil as Position? }
        }
        // Credentials may be files, or the words themselves.
        for text in overrides.addRepositoryCredentials
            + [overrides.setRepositoryCredentials].compactMap({ $0 })
        {
            let path = Paths.absolute(text)
            if FileSystem.isFile(path) { found[path] = nil as Position? }
        }
        let missing = found.filter { !FileSystem.exists($0.key) }.sorted { $0.key < $1.key }
        if !missing.isEmpty {
            throw Failure(
                .descriptionWrong,
                missing.map { path, position in
                    Diagnostic(
                        "no-file", at: position, "there is no '\(path)', which the build names",
                        remedy: "make it, or correct its path")
                })
        }
        return Set(found.keys)
    }

    private static func folder(_ location: CacheLocation) -> String? {
        if case .folder(let path) = location { path } else { nil }
    }

    /// What builds take from the environment.
    private static var environment: [String: String] {
        let names = ["SOURCE_DATE_EPOCH", "KIWI_SANDBOX", "NO_COLOR"]
        let proxies = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"]
        let wanted = Set(names + proxies + proxies.map { $0.uppercased() })
        return ProcessInfo.processInfo.environment.filter { wanted.contains($0.key) }
    }
}
