import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Brings the package files of a lock file into the shared store, each verified by its checksum: for
/// package managers whose own downloader knows only what repositories have today.
struct LockedFiles: Sendable {
    let lock: PackageLock
    let store: PackageStore
    let workspace: Workspace
    /// Credentials by the address of their repository.
    var logins: [(address: String, login: RepositoryAddress.Login)] = []
    var mirrors: [MirrorRule] = []
    /// Ending of a file beside each package that is kept with it where there is one: a signature.
    var companion: String?

    static let tools = [ToolRequirement("curl", package: "curl", to: "download the packages of a lock file")]

    func run() async throws {
        try FileSystem.makeFolder(store.folder)
        let origins = lock.origins(mirrors: mirrors)
        let missing = store.missing(from: lock.list)
        guard !missing.isEmpty else { return }
        let partial = try store.partialFolder()
        defer { LocalFile.remove(partial) }
        var remote: [String: [(PackageList.Package, String)]] = [:]
        var gone: [PackageList.Package] = []
        for package in missing {
            guard let origin = origins.addresses[package.sha256] else {
                gone.append(package)
                continue
            }
            if case .local(let path)? = RepositoryAddress(origin) {
                let file = path.removingPercentEncoding ?? path
                guard LocalFile.isFile(file) else {
                    gone.append(package)
                    continue
                }
                try LocalFile.copyData(file, to: "\(partial)/\(store.name(package))")
                if let companion, LocalFile.isFile(file + companion) {
                    try LocalFile.copyData(
                        file + companion, to: "\(partial)/\(store.name(package))\(companion)")
                }
            } else {
                let owner = logins.first { origin.hasPrefix($0.address) }?.address ?? ""
                remote[owner, default: []].append((package, origin))
            }
        }
        try MissingPackages.refuse(remote.values.flatMap { $0.map(\.0) }, workspace)
        var complaints: [String] = []
        for (owner, files) in remote.sorted(by: { $0.key < $1.key }) {
            complaints += try await download(
                files, login: logins.first { $0.address == owner }?.login, partial)
        }
        for package in missing where !gone.contains(package) {
            let path = "\(partial)/\(store.name(package))"
            if LocalFile.isFile(path), try await checksum(path, like: package.sha256) == package.sha256 {
                if let companion, LocalFile.isFile(path + companion) {
                    try FileSystem.rename(path + companion, to: store.path(package) + companion)
                }
                try store.adopt(path, as: package)
            } else {
                gone.append(package)
            }
        }
        if !gone.isEmpty { throw MissingPackages.gone(gone, notes: Array(complaints.suffix(3))) }
    }

    /// One call for all files of a repository; addresses and credentials are never on its command line.
    /// - Returns: what curl complained about.
    private func download(
        _ files: [(PackageList.Package, String)], login: RepositoryAddress.Login?, _ folder: String
    ) async throws -> [String] {
        workspace.log.info("downloading \(files.count) packages of the lock file")
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        var lines = ["fail", "silent", "show-error", "location", "retry = 3"]
        if let login {
            workspace.log.hide(login.password)
            lines.append("user = " + quoted("\(login.user):\(login.password)"))
        }
        for (package, origin) in files {
            for ending in ["", companion].compactMap({ $0 }) {
                lines += [
                    "url = " + quoted(origin + ending),
                    "output = " + quoted("\(folder)/\(store.name(package))\(ending)"),
                ]
            }
        }
        var call = ToolCall(
            "curl", ["-q", "--parallel", "--parallel-max", "4", "--config", "-"], logPrefix: "curl: ")
        call.input = .text(lines.map { $0 + "\n" }.joined())
        call.successCodes = Set(0...255)
        return try await workspace.runner.run(call).lastLines
    }

    /// The checksum of a file, of the kind that an expected one has.
    private func checksum(_ path: String, like expected: String) async throws -> String {
        if expected.count == 64 { return try Digest(ofFile: path).hex }
        let call = ToolCall("sha\(expected.count * 4)sum", ["--", path], output: .capture())
        return String(try await workspace.runner.run(call).output.prefix { $0 != " " })
    }
}
