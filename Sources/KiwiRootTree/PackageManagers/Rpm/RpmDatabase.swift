import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The package database of a tree and what is asked of it with the machine's own rpm.
struct RpmDatabase: Sendable {
    /// Where a database lies and in which format.
    struct Place: Hashable, Sendable, Codable {
        /// Absolute path inside the tree.
        var path: String
        /// rpm's `_db_backend`: `sqlite`, `ndb` or `bdb`.
        var backend: String

        /// What today's distributions use; a tree with an rpm of its own says what it wants.
        static let standard = Place(
            path: Distribution.values("rpm-database")[0], backend: Distribution.values("rpm-backend")[0])
    }

    let tree: RootTree

    static let tools = [
        ToolRequirement("rpm", package: "rpm", to: "ask and change package databases").ofPackageManager,
        ToolRequirement("rpmdb", package: "rpm", to: "put package databases into the tree's format")
            .ofPackageManager,
    ]

    private static let folders = Distribution.values("rpm-database")
    private static let files = [("rpmdb.sqlite", "sqlite"), ("Packages.db", "ndb"), ("Packages", "bdb")]

    /// The database that a tree has; nil for none.
    static func find(in tree: String) -> Place? {
        for folder in folders {
            guard let path = try? TreePath.resolve(folder, below: tree, followLast: true) else { continue }
            for (file, backend) in files where FileSystem.isRegularFile("\(path)/\(file)") {
                return Place(path: String(path.dropFirst(tree.count)), backend: backend)
            }
        }
        return nil
    }

    var place: Place { Self.find(in: tree.path) ?? .standard }

    /// Options that name the database, for every call of rpm.
    static func options(_ place: Place) -> [String] {
        ["--dbpath", place.path, "--define", "_db_backend \(place.backend)"]
    }

    private func home(_ purpose: String) throws -> RpmHome {
        let home = RpmHome(folder: "\(tree.workspace.folders.bulk)/rpm-home-\(purpose)")
        try home.write(place)
        return home
    }

    private func call(_ tool: String, _ arguments: [String], output: ToolCall.Output = .log) throws
        -> ToolCall
    {
        ToolCall(
            tool, ["--root", tree.path] + Self.options(place) + arguments,
            environment: try home("tree").environment(in: tree.workspace), output: output, logPrefix: "rpm: ")
    }

    // MARK: Questions

    /// Asks a copy of the database: the tree may be one that nobody writes to, and even a question
    /// leaves files beside a database.
    private func ask(_ arguments: [String]) async throws -> String {
        guard let place = Self.find(in: tree.path) else { return "" }
        let copy = try copyDatabase(place)
        defer { LocalFile.remove(copy) }
        guard try await machineKnows(place.backend) else {
            return try await tree.withBindMounts([BindMount(copy, at: place.path, readOnly: false)]) {
                let call = ToolCall(
                    "/usr/bin/rpm", arguments, environment: Self.treeEnvironment,
                    output: .capture(limit: 1 << 30), logPrefix: "rpm: ")
                return try await tree.run(call).output
            }
        }
        let call = ToolCall(
            "rpm", ["--dbpath", copy, "--define", "_db_backend \(place.backend)"] + arguments,
            environment: try home("query").environment(in: tree.workspace),
            output: .capture(limit: 1 << 30), logPrefix: "rpm: ")
        return try await tree.workspace.runner.run(call).output
    }

    /// Copies the files of folders of the tree to the same folders below another root.
    func copy(_ folders: [String], to root: String) throws {
        for folder in folders {
            let source = try tree.resolve(folder, followLast: true)
            try FileSystem.makeFolder(root + folder)
            for file in LocalFile.list(source) where LocalFile.isFile("\(source)/\(file)") {
                try LocalFile.copyData("\(source)/\(file)", to: "\(root)\(folder)/\(file)")
            }
        }
    }

    private func copyDatabase(_ place: Place) throws -> String {
        let copy = "\(tree.workspace.folders.bulk)/rpm-copy-\(UInt32.random(in: 0...UInt32.max))"
        try FileSystem.makeFolder(copy)
        let source = try tree.resolve(place.path, followLast: true)
        for name in LocalFile.list(source) where LocalFile.isFile("\(source)/\(name)") {
            try LocalFile.copyData("\(source)/\(name)", to: "\(copy)/\(name)")
        }
        return copy
    }

    /// Lines `name|epoch|version|release|arch|disturl|license`, sorted.
    func packageList() async throws -> String {
        let tags = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "DISTURL", "LICENSE"]
        let format = tags.map { "%{\($0)}" }.joined(separator: "|") + "\\n"
        return try await ask(["-qa", "--qf", format]).split(separator: "\n")
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0 + "\n" }.joined()
    }

    func installedPackages() async throws -> [InstalledPackage] {
        let tags = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "LICENSE", "SOURCERPM", "VENDOR", "URL"]
        let format = tags.map { "%{\($0)}" }.joined(separator: "\\t") + "\\n"
        return try await ask(["-qa", "--qf", format]).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            func field(_ index: Int) -> String? {
                index < fields.count && !["(none)", ""].contains(fields[index]) ? fields[index] : nil
            }
            let version = [field(2), field(3)].compactMap { $0 }.joined(separator: "-")
            var package = InstalledPackage(
                format: .rpm, name: fields[0], version: version, architecture: field(4) ?? "")
            package.epoch = field(1)
            package.licenses = [field(5)].compactMap { $0 }
            if let source = field(6) { (package.sourceName, package.sourceVersion) = Self.source(source) }
            package.maintainer = field(7)
            package.homepage = field(8)
            return package
        }.sorted { ($0.name, $0.architecture, $0.version) < ($1.name, $1.architecture, $1.version) }
    }

    /// Name and version in `NAME-VERSION-RELEASE.src.rpm`.
    static func source(_ file: String) -> (name: String?, version: String?) {
        var stem = Substring(file)
        for ending in [".rpm", ".src", ".nosrc"] where stem.hasSuffix(ending) {
            stem = stem.dropLast(ending.count)
        }
        guard let release = stem.lastIndex(of: "-"), let version = stem[..<release].lastIndex(of: "-") else {
            return (String(stem), nil)
        }
        return (String(stem[..<version]), String(stem[stem.index(after: version)...]))
    }

    func installedNames() async throws -> Set<String> {
        Set(try await ask(["-qa", "--qf", "%{NAME}\\n"]).split(separator: "\n").map(String.init))
    }

    /// Whether a package has this path.
    private func isOwned(_ path: String) async throws -> Bool {
        let files = try await ask(["-qa", "--qf", "[%{FILENAMES}\\n]"])
        return files.split(separator: "\n").contains { $0 == path }
    }

    func changes() async throws -> String { try await ask(["-qa", "--qf", "%{NAME}|\\n", "--changelog"]) }

    /// Files that differ from their package, sorted by path.
    func verification() async throws -> String {
        guard let place = Self.find(in: tree.path) else { return "" }
        let copy = try copyDatabase(place)
        defer { LocalFile.remove(copy) }
        return try await tree.withBindMounts([BindMount(copy, at: place.path, readOnly: false)]) {
            var call = try call("rpm", ["-Va"], output: .capture(limit: 64 << 20))
            call.successCodes = Set(0...255)
            let lines: [Substring]
            if try await machineKnows(place.backend) {
                lines = try await tree.workspace.runner.run(call).output.split(separator: "\n")
            } else {
                (call.tool, call.arguments) = ("/usr/bin/rpm", ["-Va"])
                call.environment = Self.treeEnvironment
                lines = try await tree.run(call).output.split(separator: "\n")
            }
            return lines.sorted { ($0.dropFirst(13), $0) < ($1.dropFirst(13), $1) }.map { $0 + "\n" }.joined()
        }
    }

    // MARK: Changes

    /// Makes keys trusted by the tree, as part of its database.
    /// - Parameter files: absolute paths on the build machine.
    func importKeys(_ files: [String]) async throws {
        let isForeign = try await !machineWrites(place.backend)
        for file in files {
            guard isForeign else {
                try await tree.workspace.runner.run(call("rpm", ["--import", file]))
                continue
            }
            let inside = "/run/kiwi.key"
            try await tree.withBindMounts([BindMount(file, at: inside)]) {
                _ = try await tree.run(ownCall(["--import", inside]))
            }
        }
    }

    /// Removes the installed ones of these packages, whatever depends on them, without their scripts.
    func delete(_ packages: [Located<String>]) async throws {
        let present = try await installed(of: packages)
        let words = ["-e", "--nodeps", "--allmatches", "--noscripts"] + present
        let hasOwn = try await isWhereOwnRpmLooks()
        try await tree.withKernelFileSystems(network: false) {
            if hasOwn {
                try await tree.run(ownCall(words))
            } else {
                try await tree.workspace.runner.run(call("rpm", words))
            }
        }
    }

    /// Whether the tree has an rpm of its own that finds the database as it is.
    private func isWhereOwnRpmLooks() async throws -> Bool {
        guard let current = Self.find(in: tree.path), let own = try await expectedPlace() else {
            return false
        }
        return try own.backend == current.backend
            && tree.resolve(own.path, followLast: true) == tree.resolve(current.path, followLast: true)
    }

    /// A call of the tree's own rpm.
    private func ownCall(_ arguments: [String]) -> ToolCall {
        ToolCall(
            "/usr/bin/rpm",
            ["--define", "_netsharedpath \(RpmHome.mounted.joined(separator: ":"))"] + arguments,
            environment: Self.treeEnvironment, logPrefix: "rpm: ")
    }

    /// The listed packages that are installed.
    /// - Throws: `Failure` when none is, as KIWI does.
    func installed(of packages: [Located<String>]) async throws -> [String] {
        let known = try await installedNames()
        for name in packages where !known.contains(name.value) {
            tree.workspace.log.info("package '\(name.value)' is not installed: nothing to remove")
        }
        let present = packages.map(\.value).filter(known.contains)
        guard !present.isEmpty else {
            throw Failure(.buildFailed, RemovalProblem.nothing(packages))
        }
        return present
    }

    /// Gives mount points the mode that packages would have given them, and the database the place
    /// and the format that the tree's own rpm expects.
    ///
    /// A format that the machine's rpm cannot write comes only when nothing more is installed or removed.
    /// - Parameter isLast: whether this is the end.
    func settle(isLast: Bool = false) async throws {
        for (folder, mode) in [("/proc", 0o555 as mode_t), ("/sys", 0o555), ("/dev", 0o755)] {
            let path = "\(tree.path)\(folder)"
            if FileSystem.isRealFolder(path), chmod(path, mode) != 0 {
                throw FileError.current("change mode of", path)
            }
        }
        guard let current = Self.find(in: tree.path), let wanted = try await expectedPlace(),
            wanted != current
        else { return }
        let old = try tree.resolve(current.path, followLast: true)
        let new = try tree.resolve(wanted.path, followLast: true)
        if old == new, wanted.backend == current.backend { return }
        if !isLast {
            guard try await machineWrites(wanted.backend) else { return }
        }
        tree.workspace.log.info(
            "the package database goes to \(wanted.path) (\(wanted.backend)), where the tree's rpm looks for it"
        )
        let work = "\(tree.workspace.folders.bulk)/rpm-headers"
        defer { LocalFile.remove(work) }
        try await tree.workspace.runner.run(call("rpmdb", ["--exportdb"], output: .file(work)))
        let isOwned = try await isOwned(current.path)
        // Away before the new one comes: both may be in the same folder.
        for name in LocalFile.list(old) where Self.isDatabaseFile(name) { LocalFile.remove("\(old)/\(name)") }
        if old != new, !isOwned, LocalFile.list(old).isEmpty { LocalFile.remove(old) }
        try FileSystem.makeFolder(new)
        try await tree.run(
            ToolCall(
                "/usr/bin/rpmdb", ["--importdb"], environment: Self.treeEnvironment, input: .file(work),
                logPrefix: "rpm: "))
        guard let found = Self.find(in: tree.path), found.backend == wanted.backend,
            try tree.resolve(found.path, followLast: true) == new
        else {
            throw Diagnostic(
                "package-database",
                "there is no database in \(wanted.path) (\(wanted.backend)), where the tree's rpm should make it",
                remedy: "look at the messages of rpm in the log")
        }
    }

    /// Whether the machine's rpm knows a format well enough to change it.
    private func machineWrites(_ backend: String) async throws -> Bool {
        try await machineKnows(backend) && backend != "bdb"
    }

    /// Whether the machine's rpm can at least read a format: an unknown one is only a warning for it.
    private func machineKnows(_ backend: String) async throws -> Bool {
        let folder = try ScratchFolder(in: tree.workspace.folders.bulk)
        defer { folder.remove() }
        let call = ToolCall(
            "rpm", ["--dbpath", folder.path, "--define", "_db_backend \(backend)", "-qa"],
            environment: try home("probe").environment(in: tree.workspace), output: .capture())
        let result = try await tree.workspace.runner.run(call)
        return !(result.lastLines + [result.output]).contains { $0.contains("invalid %_db_backend") }
    }

    private static let treeEnvironment = ["HOME": "/root", "LC_ALL": "C"]

    private static func isDatabaseFile(_ name: String) -> Bool {
        [
            "rpmdb.", "Packages", "Index.db", ".rpm.lock", "__db", "Name", "Basenames", "Group",
            "Requirename",
            "Providename", "Conflictname", "Obsoletename", "Triggername", "Dirnames", "Installtid", "Sigmd5",
            "Sha1header", "Filetriggername", "Transfiletriggername", "Recommendname", "Suggestname",
            "Supplementname", "Enhancename",
        ].contains(where: name.hasPrefix)
    }

    /// Where the tree's own rpm looks; nil when it has none or it does not run here.
    private func expectedPlace() async throws -> Place? {
        guard FileSystem.isExecutable(try tree.resolve("/usr/bin/rpm", followLast: true)),
            FileSystem.isExecutable(try tree.resolve("/usr/bin/rpmdb", followLast: true))
        else { return nil }
        let call = ToolCall(
            "/usr/bin/rpm", ["--eval", "%{_dbpath}|%{?_db_backend}"],
            environment: Self.treeEnvironment, output: .capture())
        guard let result = try? await tree.run(call) else { return nil }
        let parts = result.output.trimming("\n ").split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("/") else { return nil }
        // rpm before 4.16 had one format and no such macro.
        return Place(path: String(parts[0]), backend: parts[1].isEmpty ? "bdb" : String(parts[1]))
    }

    /// Takes the time of the build out of the database, which is written anew: equal packages make equal files.
    ///
    /// Packages are as if they had been installed at SOURCE_DATE_EPOCH, or when the newest of them was built.
    /// - Returns: that time; nil when nobody here can write the database.
    private func settleTimes() async throws -> UInt32? {
        guard let place = Self.find(in: tree.path) else { return nil }
        let work = "\(tree.workspace.folders.bulk)/rpm-times"
        defer { LocalFile.remove(work) }
        let isOwn = try await isWhereOwnRpmLooks()
        if !isOwn, try await !machineWrites(place.backend) { return nil }
        func rpmdb(_ arguments: [String], input: ToolCall.Input = .empty, output: ToolCall.Output = .log)
            async throws
        {
            var call = try call("rpmdb", arguments, output: output)
            call.input = input
            guard isOwn else {
                try await tree.workspace.runner.run(call)
                return
            }
            (call.tool, call.arguments, call.environment) = (
                "/usr/bin/rpmdb", arguments, Self.treeEnvironment
            )
            try await tree.run(call)
        }
        try await rpmdb(["--exportdb"], output: .file(work))
        let headers = try RpmHeaders(work)
        let time =
            tree.workspace.settings.sourceDateEpoch.map { UInt32(clamping: $0) } ?? headers.newestBuild
        let folder = try tree.resolve(place.path, followLast: true)
        if try headers.setTimes(time) {
            for name in LocalFile.list(folder) where Self.isDatabaseFile(name) {
                LocalFile.remove("\(folder)/\(name)")
            }
            try await rpmdb(["--importdb"], input: .file(work))
        }
        // SQLite's index of a journal without entries. It must be there for readers that may not write.
        let index = "\(folder)/rpmdb.sqlite-shm"
        if LocalFile.isFile(index), LocalFile.size("\(folder)/rpmdb.sqlite-wal") == 0 {
            try BinaryFile(index, writable: true).clear(0..<LocalFile.size(index))
        }
        return time
    }

    /// Removes what only the installation needed: whole folders but for those that a package has.
    func cleanUp(_ traces: [String]) async throws {
        guard Self.find(in: tree.path) != nil else { return }
        try await settle(isLast: true)
        if let time = try await settleTimes() { try await DnfHistory(tree: tree).settle(time: time) }
        let place = self.place
        for trace in traces {
            let path = try tree.resolve(trace)
            if FileSystem.isRealFolder(path), try await isOwned(trace) {
                for name in LocalFile.list(path) { LocalFile.remove("\(path)/\(name)") }
            } else {
                LocalFile.remove(path)
            }
        }
        // libzypp makes the folder of older versions.
        for folder in ["/var/lib/rpm"] where LocalFile.list(try tree.resolve(folder)).isEmpty {
            let path = try tree.resolve(folder)
            if FileSystem.isRealFolder(path), place.path != folder { LocalFile.remove(path) }
        }
    }
}
