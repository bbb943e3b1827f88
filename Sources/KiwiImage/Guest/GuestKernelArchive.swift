import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A kernel of the build machine's own distribution, for trees that have none: fetched by the machine's own
/// apt, unpacked in the cache.
enum GuestKernelArchive {
    /// - Returns: a folder with `/boot` and modules; nil where apt offers none.
    static func tree(in workspace: Workspace) async throws -> TreeReader? {
        guard ToolCheck.find("apt-get") != nil, ToolCheck.find("depmod") != nil,
            let package = try await package(in: workspace)
        else { return nil }
        let parent = "\(workspace.folders.cache)/guest-kernels"
        let place = "\(parent)/\(package)"
        if FileSystem.isFolder(place) { return TreeReader(place) }
        workspace.log.info("fetching \(package) for the helper machine")
        try FileSystem.makeFolder(parent)
        let work = try ScratchFolder(in: workspace.folders.bulk)
        defer { work.remove() }
        // apt's own user cannot write there.
        try await workspace.runner.run(
            ToolCall(
                "apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", package],
                workingDirectory: work.path))
        guard let file = try FileSystem.names(in: work.path).first(where: { $0.hasSuffix(".deb") }) else {
            return nil
        }
        let unpacked = "\(work.path)/tree"
        try FileSystem.makeFolder(unpacked)
        try await workspace.runner.run(ToolCall("dpkg-deb", ["--extract", "\(work.path)/\(file)", unpacked]))
        let modules = TreeReader(unpacked).isFolder("/usr/lib/modules") ? "/usr/lib/modules" : "/lib/modules"
        for version in TreeReader(unpacked).names(in: modules) {
            try await workspace.runner.run(ToolCall("depmod", ["--basedir", unpacked, version]))
        }
        if rename(unpacked, place) != 0 {
            // Other file systems, or another build was faster.
            guard !FileSystem.isFolder(place) else { return TreeReader(place) }
            try await workspace.runner.run(ToolCall("cp", ["-a", "--", unpacked, "\(place).new"]))
            try FileSystem.rename("\(place).new", to: place)
        }
        return TreeReader(place)
    }

    /// What the distribution's newest kernel is called today.
    private static func package(in workspace: Workspace) async throws -> String? {
        let call = ToolCall(
            "apt-cache", ["depends", "--important", "linux-image-amd64"], output: .capture(),
            successCodes: Set(0...255))
        return Self.package(dependencies: try await workspace.runner.run(call).output)
    }

    /// From the output of `apt-cache depends`: the kernel that the metapackage stands for.
    static func package(dependencies: String) -> String? {
        dependencies.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count == 2, words[0] == "Depends:", words[1].hasPrefix("linux-image-") else {
                return nil
            }
            return String(words[1])
        }.first
    }
}
