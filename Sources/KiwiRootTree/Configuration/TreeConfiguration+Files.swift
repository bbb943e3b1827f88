import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension TreeConfiguration {
    /// `<file>` elements: from `/image/NAME` to their target, with owner and permissions.
    func installFiles() async throws {
        for element in input.files {
            guard let source = contents.files[element.name.value] else { continue }
            log.info("Installing file \(element.name.value)")
            let inside = try target(of: element, named: source.name)
            var copy = OverlayCopy(tree: tree.path, clock: clock)
            try copy.copyItem(source.path, to: inside)
            do {
                if let owner = element.owner {
                    try await tree.run(ToolCall("chown", ["--no-dereference", "--", owner, inside]))
                }
                if let permissions = element.permissions {
                    try await tree.run(ToolCall("chmod", ["--", permissions, inside]))
                }
            } catch let failure as ToolFailure {
                throw Failure(
                    .buildFailed,
                    Diagnostic(
                        "file-attributes", at: element.name.position,
                        "owner or permissions of '\(element.name.value)' could not be set",
                        remedy: "name a user and group of the image, and permissions as chmod takes them",
                        notes: failure.lastLines.suffix(3)))
            }
        }
    }

    /// A target that is a folder or ends in `/` takes the file in; else it names the file.
    private func target(of element: PackageSet.File, named name: String) throws -> String {
        guard let target = element.target, !target.isEmpty else { return "/\(name)" }
        let absolute = target.hasPrefix("/") ? target : "/\(target)"
        let resolved = try TreePath.resolve(absolute, below: tree.path, followLast: true)
        if absolute.hasSuffix("/") || FileSystem.isRealFolder(resolved) {
            try FileSystem.makeFolder(resolved)
            return absolute + (absolute.hasSuffix("/") ? "" : "/") + name
        }
        try FileSystem.makeFolder(FileSystem.parent(of: try tree.resolve(absolute)))
        return absolute
    }
}
