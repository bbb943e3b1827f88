import KiwiDescription
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Fills `/image`, so that `system create --root` works from the tree alone, and `/.kconfig`.
struct DescriptionImport {
    let tree: RootTree
    let clock: Int64

    func run(
        _ contents: DescriptionContents, descriptionText: String, functions: DescriptionContents.File?
    ) throws {
        let folder = try tree.resolve("/image")
        if LocalFile.kind(folder) == S_IFLNK { LocalFile.remove(folder) }
        try FileSystem.makeFolder(folder)
        try scripts(contents, functions)
        for file in contents.archives.values.sorted(by: { $0.name < $1.name }) { try take(file) }
        for file in contents.files.values.sorted(by: { $0.name < $1.name }) { try take(file) }
        for file in contents.packageScripts { try take(file) }
        if let media = contents.mediaRoot { try take(media) }
        for folder in contents.mediaFolders {
            var copy = OverlayCopy(tree: tree.path, clock: clock)
            try copy.copy(folder.path, into: "/image/\(folder.name)")
        }
        if let profile = contents.autoYaST { try take(profile) }
        if !descriptionText.isEmpty { try LocalFile.write(descriptionText, to: "\(folder)/config.xml") }
    }

    /// Scripts and their functions only: what `post_bootstrap.sh` needs.
    func scripts(_ contents: DescriptionContents, _ functions: DescriptionContents.File?) throws {
        try FileSystem.makeFolder(try tree.resolve("/image"))
        for file in contents.scripts.values.sorted(by: { $0.name < $1.name }) { try take(file) }
        if let functions, !contents.scripts.isEmpty || !contents.packageScripts.isEmpty {
            try LocalFile.write(try FileSystem.readText(functions.path), to: try tree.resolve("/.kconfig"))
        }
    }

    private func take(_ file: DescriptionContents.File) throws {
        var copy = OverlayCopy(tree: tree.path, clock: clock)
        // What a link names may lie outside of the description, where the tree cannot follow it.
        try copy.copyItem(FileSystem.realPath(file.path) ?? file.path, to: "/image/\(file.name)")
    }
}
