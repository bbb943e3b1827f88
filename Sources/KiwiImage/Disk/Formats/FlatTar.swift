import KiwiToolbox

/// A tar archive of a few files without folders, in a given order. Its bytes depend on nothing but the
/// members and the clock.
struct FlatTar: Sendable {
    enum Member: Sendable {
        case text(String, String)
        /// Name in the archive and path on the machine.
        case file(String, String)

        var name: String {
            switch self {
            case .text(let name, _), .file(let name, _): name
            }
        }
    }

    var members: [Member]
    var clock: Int64
    /// Holes are not stored, in the oldest of GNU's three forms.
    var sparse = false
    var gzip = false

    static let requirement = ToolRequirement("tar", package: "tar", to: "pack the disk")
    static let gzipRequirement = ToolRequirement("pigz", package: "pigz", to: "compress the archive")

    func write(to output: String, in workspace: Workspace) async throws {
        let folder = try ScratchFolder(in: workspace.folders.scratch)
        defer { folder.remove() }
        for member in members {
            switch member {
            case .text(let name, let text): try FileSystem.write(text, to: "\(folder.path)/\(name)")
            // The archive follows the link: nothing is copied.
            case .file(let name, let path): try FileSystem.makeLink("\(folder.path)/\(name)", to: path)
            }
        }
        let end: ToolCall.Output = gzip ? .pipe(to: Pigz.call(to: output)) : .file(output)
        try await workspace.runner.run(
            ToolCall(
                "tar", arguments(folder: folder.path, isLarge: isLarge), environment: ["LC_ALL": "C"],
                output: end, logPrefix: "tar: "))
    }

    func arguments(folder: String, isLarge: Bool) -> [String] {
        // The older form is what every reader knows; it ends at 8 GiB for one file.
        let format = sparse || isLarge ? "gnu" : "ustar"
        return ["--create", "--file=-", "--directory=\(folder)", "--format=\(format)"]
            + (sparse ? ["--sparse"] : [])
            + [
                "--dereference", "--hard-dereference", "--owner=0", "--group=0", "--numeric-owner",
                "--mode=0644", "--mtime=@\(clock)", "--",
            ] + members.map(\.name)
    }

    private var isLarge: Bool {
        members.contains { member in
            guard case .file(_, let path) = member else { return false }
            return FileSystem.size(of: path) ?? 0 >= 8 << 30
        }
    }
}
