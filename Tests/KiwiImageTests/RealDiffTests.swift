import Foundation
import KiwiToolbox
import Testing

@testable import KiwiImage

/// The same tree in every format is the same tree.
@Suite struct RealDiffTests {
    @Test(arguments: ["tar.xz", "old.tar", "gnu.tar.gz", "cpio", "squashfs", "ext4", "ext4.zst"])
    func formats(_ format: String) async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let workspace = try place.workspace()
        let tree = "\(place.path)/tree"
        let deep = "\(tree)/\(String(repeating: "d", count: 120))/\(String(repeating: "e", count: 120))"
        try FileSystem.makeFolder(deep)
        try FileSystem.write("deep", to: "\(deep)/f")
        try FileSystem.write("x", to: "\(tree)/a b'\"\\", mode: 0o640)
        #expect(symlink("a b", "\(tree)/soft") == 0 && link("\(deep)/f", "\(tree)/hard") == 0)
        #expect(mkfifo("\(tree)/pipe", 0o600) == 0)
        try FileSystem.write("", to: "\(tree)/sparse")
        #expect(truncate("\(tree)/sparse", 3 << 20) == 0)
        let raw = RawPath(tree).appending(Array("no text \n".utf8) + [0xff])
        close(open(raw.c, O_CREAT | O_WRONLY, 0o644))
        let image = "\(place.path)/image.\(format)"
        func run(_ tool: String, _ arguments: [String]) async throws {
            try await workspace.runner.run(ToolCall(tool, arguments, workingDirectory: tree))
        }
        switch format {
        case "tar.xz": try await run("tar", ["--sparse", "--format=posix", "-cJf", image, "."])
        case "old.tar":
            try await run("tar", ["--sparse", "--sparse-version=0.0", "--format=posix", "-cf", image, "."])
        case "gnu.tar.gz": try await run("tar", ["--sparse", "--format=gnu", "-czf", image, "."])
        case "cpio":
            try await workspace.runner.run(
                ToolCall(
                    "find", [".", "-print0"], workingDirectory: tree,
                    output: .pipe(
                        to: ToolCall("cpio", ["-0", "-o", "-H", "newc", "-F", image], workingDirectory: tree))
                ))
        case "squashfs": try await run("mksquashfs", [".", image, "-quiet", "-no-progress"])
        case "erofs": try await run("mkfs.erofs", [image, "."])
        default:
            try await run("mke2fs", ["-q", "-t", "ext4", "-d", ".", "\(place.path)/image.ext4", "16M"])
            if format == "ext4.zst" {
                try await run("zstd", ["-q", "\(place.path)/image.ext4", "-o", image])
            }
        }
        let first = try await ImageReader(workspace, folder: "\(place.path)/one").read(tree)
        var second = try await ImageReader(workspace, folder: "\(place.path)/two").read(
            image)
        // debugfs asks by text; names that are none keep what was unpacked.
        #expect(ImageComparison(first, second).files == [])
        let same = try await ImageReader.compare(image, image, in: workspace)
        #expect(same.isEqual && same.files == nil)
        second.tree?.entries["/soft"]?.content = "other"
        #expect(ImageComparison(first, second).files?.map(\.path) == ["/soft"])
    }

    /// Its program is locked up by mounts.
    @Test(.enabled(if: geteuid() == 0)) func erofs() async throws { try await formats("erofs") }

    @Test(.enabled(if: geteuid() == 0)) func erofsWithHostileNamesWritesNowhere() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let workspace = try place.workspace()
        try FileSystem.makeFolder("\(place.path)/tree")
        try FileSystem.write("evil", to: "\(place.path)/tree/aaaaaaaaaaaaaaaa")
        let image = "\(place.path)/image"
        try await workspace.runner.run(ToolCall("mkfs.erofs", ["-Enosbcrc", image, "\(place.path)/tree"]))
        let bytes = try FileSystem.readBytes(image)
        let name = Array("aaaaaaaaaaaaaaaa".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
        var changed = bytes
        changed.replaceSubrange(start..<start + name.count, with: Array("../../../../evil".utf8))
        try FileSystem.write(changed, to: image)
        _ = try? await ImageReader(workspace, folder: "\(place.path)/bulk/a/b/c").read(image)
        let found = try await workspace.runner.run(
            ToolCall("find", [place.path, "-name", "evil"], output: .capture())
        ).output
        #expect(
            found.split(separator: "\n").allSatisfy { $0.hasPrefix("\(place.path)/bulk/a/b/c/") }, "\(found)")
    }

    @Test func whatIsNoImageIsRefused() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let workspace = try place.workspace()
        let path = "\(place.path)/x"
        for text in ["", "hello", "hsqs", "{\"a\": 1}", "{"] {
            try FileSystem.write(text, to: path)
            await #expect(throws: (any Error).self) {
                try await ImageReader(workspace, folder: "\(place.path)/one").read(path)
            }
        }
    }
}
