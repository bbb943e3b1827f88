import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

extension ImageReader {
    /// Reads what a program prints.
    func stream<Reader: ArchiveReader>(_ call: ToolCall, into reader: Reader) async throws -> TreeIndex {
        let state = Mutex<(reader: Reader, error: Diagnostic?)>((reader, nil))
        var call = call
        call.output = .stream { bytes in
            state.withLock { state in
                guard state.error == nil else { return }
                do throws(Diagnostic) { try state.reader.feed(bytes) } catch { state.error = error }
            }
        }
        try await workspace.runner.run(call)
        return try state.withLock { state in
            if let error = state.error { throw error }
            return try state.reader.finish()
        }
    }

    /// - Throws: a diagnostic when the archive is damaged.
    private func archive(_ path: String) async throws -> TreeIndex {
        let decompressor = try Self.format(of: path)?.decompressor
        let call =
            decompressor.map { ToolCall($0.tool, ["-dc"], input: .file(path)) }
            ?? ToolCall("cat", ["--", path])
        return try await stream(call, into: TarReader())
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
