import Foundation
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension ImageReader {
    /// Reads a file, through its decompressor when it is compressed.
    func archive(
        _ path: String, with read: @escaping @Sendable (Int32) throws -> TreeIndex = TarTree.index
    ) async throws -> TreeIndex {
        do {
            guard let decompressor = try Self.format(of: path)?.decompressor else {
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { throw FileError.current("read", path) }
                defer { close(descriptor) }
                return try read(descriptor)
            }
            return try await NamedPipe.read(in: workspace.folders.scratch) { pipe in
                try await workspace.runner.run(
                    ToolCall(decompressor.tool, ["-dc"], input: .file(path), output: .file(pipe)))
            } reading: { descriptor in
                let tree = try read(descriptor)
                // What follows the archive is padding; the program must be able to end.
                var rest = [UInt8](repeating: 0, count: 1 << 16)
                while Glibc.read(descriptor, &rest, rest.count) > 0 {}
                return tree
            }
        } catch let failure as TarFailure {
            throw Diagnostic(
                "archive-damaged", "the archive cannot be read: \(failure)",
                remedy: "check whether it is complete")
        }
    }

    func readTar(_ path: String) async throws -> ImageContents {
        let tree = try await archive(path)
        guard tree.entries["/oci-layout"] != nil || tree.entries["/manifest.json"] != nil else {
            var contents = ImageContents(path: path, kind: "tar")
            contents.tree = tree
            return contents
        }
        let place = "\(folder)/container"
        try FileSystem.makeFolder(place)
        try await workspace.runner.run(
            ToolCall("tar", ["-x", "--auto-compress", "--no-same-owner", "-f", path, "-C", place]))
        let kind = tree.entries["/oci-layout"] != nil ? "oci archive" : "docker archive"
        return try await readContainer(place, kind: kind)
    }

    func readFolder(_ path: String) async throws -> ImageContents {
        if FileSystem.isFile("\(path)/oci-layout") {
            return try await readContainer(path, kind: "oci folder")
        }
        var contents = ImageContents(path: path, kind: "folder")
        contents.tree = try FolderReader.index(of: path)
        return contents
    }

    /// The medium's own files, and the root tree in the image on it.
    func readMedium(_ path: String) async throws -> ImageContents {
        let place = "\(folder)/medium"
        try await workspace.runner.run(
            ToolCall("xorriso", ["-osirrox", "on", "-indev", "stdio:\(path)", "-extract", "/", place]))
        var medium = try FolderReader.index(of: place)
        medium.hasAttributes = false
        var contents = ImageContents(path: path, kind: "iso")
        for name in ["/LiveOS/squashfs.img", "/LiveOS/rootfs.img"] where medium.entries[name]?.kind == .file {
            guard let format = try Self.format(of: place + name), [.squashfs, .erofs, .ext].contains(format)
            else {
                continue
            }
            let system = try await readFileSystem(place + name, format)
            contents.tree = system.tree
            contents.kind = "iso with \(system.kind)"
            medium.entries[name] = nil
            break
        }
        if contents.tree == nil {
            contents.tree = medium
        } else {
            contents.medium = medium
        }
        return contents
    }

    /// Layers in order, with what they hide.
    private func readContainer(_ place: String, kind: String) async throws -> ImageContents {
        let (layers, configuration) = try ContainerLayout.read(place)
        var contents = ImageContents(path: place, kind: kind)
        var tree = TreeIndex()
        for layer in layers { tree = tree.applying(layer: try await archive(layer)) }
        contents.tree = tree
        contents.settings = configuration
        return contents
    }
}
