import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite(.enabled(if: geteuid() == 0, "owners can only be set by root")) struct OverlayCopyTests {
    private func facts(_ path: String) -> stat {
        var facts = stat()
        lstat(path, &facts)
        return facts
    }

    @Test func keepsModesLinksAndTimes() throws {
        let folder = try TestFolder()
        try folder.write("tool", to: "o/usr/bin/tool")
        chmod("\(folder.path)/o/usr/bin/tool", 0o4755)
        chown("\(folder.path)/o/usr/bin/tool", 1, 1)
        chmod("\(folder.path)/o/usr/bin/tool", 0o4755)
        link("\(folder.path)/o/usr/bin/tool", "\(folder.path)/o/usr/bin/twin")
        symlink("tool", "\(folder.path)/o/usr/bin/alias")
        mkfifo("\(folder.path)/o/pipe", 0o600)
        try FileSystem.makeFolder("\(folder.path)/tree")
        var copy = OverlayCopy(tree: "\(folder.path)/tree", clock: 1000)
        try copy.copy("\(folder.path)/o")
        let tool = facts("\(folder.path)/tree/usr/bin/tool")
        #expect(tool.st_mode & 0o7777 == 0o4755)
        #expect(tool.st_uid == 0)
        #expect(tool.st_mtim.tv_sec == 1000)
        #expect(tool.st_ino == facts("\(folder.path)/tree/usr/bin/twin").st_ino)
        #expect(TreePath.readLink("\(folder.path)/tree/usr/bin/alias") == "tool")
        #expect(facts("\(folder.path)/tree/pipe").st_mode & S_IFMT == S_IFIFO)
        #expect(copy.written.contains("/usr/bin/tool"))
    }

    @Test func namesNeedNotBeUTF8AndHolesStay() throws {
        let folder = try TestFolder()
        try FileSystem.makeFolder("\(folder.path)/o")
        try FileSystem.makeFolder("\(folder.path)/tree")
        let odd = RawPath(Array("dir \n".utf8) + [0xff])
        let inside = odd.appending([0xfe, 0x20])
        let source = RawPath("\(folder.path)/o")
        #expect(mkdir(source.appending(odd).c, 0o755) == 0)
        let descriptor = open(source.appending(inside).c, O_WRONLY | O_CREAT, 0o644)
        #expect(ftruncate(descriptor, 8 << 20) == 0 && pwrite(descriptor, "x", 1, 4 << 20) == 1)
        close(descriptor)
        #expect(symlink(inside.c, source.appending([0xfd]).c) == 0)
        let before = try OverlayDigest.of("\(folder.path)/o")
        var copy = OverlayCopy(tree: "\(folder.path)/tree", clock: 1000)
        try copy.copy("\(folder.path)/o")
        let target = RawPath("\(folder.path)/tree")
        let file = try target.appending(inside).status()
        #expect(file.st_size == 8 << 20 && file.st_blocks * 512 < 2 << 20)
        #expect(target.appending([0xfd]).linkTarget() == inside)
        #expect(try OverlayDigest.of("\(folder.path)/tree") == before)
        #expect(rename(source.appending([0xfd]).c, source.appending([0xfc]).c) == 0)
        #expect(try OverlayDigest.of("\(folder.path)/o") != before)
    }

    @Test func neverLeavesTheTree() throws {
        let folder = try TestFolder()
        try folder.write("outside", to: "outside/file")
        try folder.write("new", to: "o/etc/file")
        try folder.write("new", to: "o/lib/inside")
        try folder.write("new", to: "o/motd")
        try FileSystem.makeFolder("\(folder.path)/tree/usr/lib")
        symlink("\(folder.path)/outside", "\(folder.path)/tree/etc")
        symlink("usr/lib", "\(folder.path)/tree/lib")
        symlink("\(folder.path)/outside/file", "\(folder.path)/tree/motd")
        var copy = OverlayCopy(tree: "\(folder.path)/tree", clock: 0)
        try copy.copy("\(folder.path)/o")
        #expect(folder.read("outside/file") == "outside")
        #expect(folder.read("tree/usr/lib/inside") == "new")
        #expect(TreePath.readLink("\(folder.path)/tree/lib") == "usr/lib")
        #expect(folder.read("tree/motd") == "new")
    }

    @Test func aFullFolderDoesNotGiveWay() async throws {
        let folder = try TestFolder()
        try folder.write("x", to: "description/root/etc")
        try folder.write("x", to: "tree/etc/passwd")
        var image = Sample.image(folder: "\(folder.path)/description")
        image.imageID = nil
        let contents = try DescriptionContents.scan(image)
        var configuration = try TreeConfiguration(
            tree: try folder.tree(), input: ConfigurationInput(for: image), contents: contents,
            functions: nil,
            sortsArchives: true, clock: 0)
        let failure = await #expect(throws: Failure.self) { try await configuration.perform(.overlay) }
        #expect(failure?.diagnostics.map(\.code) == ["overlay-failed"])
    }

    @Test func digestsKnowWhatMatters() throws {
        let folder = try TestFolder()
        try folder.write("x", to: "a/file")
        try folder.write("x", to: "b/file")
        let first = try OverlayDigest.of("\(folder.path)/a")
        #expect(try OverlayDigest.of("\(folder.path)/b") == first)
        chown("\(folder.path)/b/file", 5, 5)
        #expect(try OverlayDigest.of("\(folder.path)/b") == first)
        chmod("\(folder.path)/b/file", 0o600)
        #expect(try OverlayDigest.of("\(folder.path)/b") != first)
    }
}
