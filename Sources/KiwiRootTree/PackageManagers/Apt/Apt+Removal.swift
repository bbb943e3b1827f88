import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Apt {
    public func uninstall(_ packages: [Located<String>], from tree: RootTree) async throws {
        let installed = try await installed(of: packages, in: tree)
        let environment = DpkgInstaller.environment(in: tree.workspace)
        try await removing(tree) {
            try await tree.run(
                ToolCall(
                    "apt-get",
                    [
                        "-q", "-y", "-o", "APT::Get::AllowRemoveEssential=true", "-o", "Dir::Log=/dev/null",
                        "-o", "Dir::Log::Terminal=", "-o", "Dir::Log::History=", "-o",
                        "APT::Sandbox::User=root",
                        "-o", "DPkg::Options::=--log=/dev/null", "-o", "Dpkg::Use-Pty=false",
                        "--auto-remove", "remove", "--",
                    ] + installed,
                    environment: environment, logPrefix: "system: "))
        }
    }

    public func delete(_ packages: [Located<String>], from tree: RootTree) async throws {
        let installed = try await installed(of: packages, in: tree)
        // Scripts of packages that are cut out by force would fail for want of what is already gone.
        let info = try tree.resolve("/var/lib/dpkg/info")
        for file in LocalFile.list(info) {
            let parts = file.split(separator: ".")
            guard let kind = parts.last, ["preinst", "postinst", "prerm", "postrm"].contains(kind) else {
                continue
            }
            let owner = file.dropLast(kind.count + 1).prefix { $0 != ":" }
            if installed.contains(String(owner)) { LocalFile.remove("\(info)/\(file)") }
        }
        let environment = DpkgInstaller.environment(in: tree.workspace)
        try await removing(tree) {
            try await tree.run(
                ToolCall(
                    "dpkg",
                    [
                        "--log=/dev/null", "--force-unsafe-io", "--force-remove-reinstreq",
                        "--force-remove-essential",
                        "--force-remove-protected", "--force-depends", "--remove",
                    ] + installed,
                    environment: environment, logPrefix: "system: "))
        }
    }

    private func removing(_ tree: RootTree, _ body: () async throws -> Void) async throws {
        do {
            try await tree.withKernelFileSystems(network: false, body)
        } catch let failure as ToolFailure {
            throw DpkgFailure(failure, tree: tree.path).failure
        }
        for trace in DpkgSkeleton.traces { LocalFile.remove(try tree.resolve(trace)) }
    }

    /// The listed packages that are installed.
    /// - Throws: `Failure` when none is, as KIWI does.
    private func installed(of packages: [Located<String>], in tree: RootTree) async throws -> [String] {
        let known = Set(try await installedNames(in: tree))
        let present = packages.map(\.value).filter(known.contains)
        for name in packages where !known.contains(name.value) {
            tree.workspace.log.info("package '\(name.value)' is not installed: nothing to remove")
        }
        guard !present.isEmpty else {
            throw Failure(.buildFailed, RemovalProblem.nothing(packages))
        }
        return present
    }
}
