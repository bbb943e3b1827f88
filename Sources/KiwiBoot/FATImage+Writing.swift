import KiwiToolbox

extension FATImage {
    /// Makes the file system in a file that has its size, with the plain files of a folder:
    /// FAT has no symlinks, and mtools would follow them out of a root tree.
    /// - Parameter content: nil leaves it empty.
    public func write(_ content: MediaFolder?, in workspace: Workspace) async throws {
        try await workspace.runner.run(make())
        guard let content else { return }
        let (folders, files) = try content.contents(plain: true)
        if !folders.isEmpty { try await workspace.runner.run(makeFolders(folders)) }
        for folder in [""] + folders {
            let own = files.filter { $0.split(separator: "/").dropLast().joined(separator: "/") == folder }
            if own.isEmpty { continue }
            try await workspace.runner.run(copy(own.map { "\(content.path)/\($0)" }, to: folder))
        }
    }
}
