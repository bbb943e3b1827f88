import CKiwiLinux
import Foundation
import KiwiStorage
import KiwiToolbox
import Testing

@Suite struct TreeTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "kiwi-storage-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        try body(folder)
    }

    @Test func measuresWithoutWhatIsLeftOut() throws {
        try withFolder { folder in
            try FileSystem.makeFolder("\(folder)/a/b")
            try FileSystem.write("12345", to: "\(folder)/a/file")
            try FileSystem.write("x", to: "\(folder)/a/b/other")
            #expect(link("\(folder)/a/file", "\(folder)/a/hard") == 0)
            #expect(symlink("abc", "\(folder)/link") == 0)
            let all = try TreeMeasure(of: folder)
            #expect(all == TreeMeasure(apparentBytes: 9, blockBytes: 5 * 4096, entries: 5))
            let less = try TreeMeasure(of: folder, without: ["a/b"])
            #expect(less.entries == 3)
        }
    }

    @Test func prototypeSaysWhatItCannotHold() throws {
        try withFolder { folder in
            try FileSystem.write("x", to: "\(folder)/with blank")
            try FileSystem.makeFolder("\(folder)/tmp")
            chmod("\(folder)/tmp", 0o1777)
            try FileSystem.write("x", to: "\(folder)/setuid")
            chmod("\(folder)/setuid", 0o4755)
            let prototype = try XfsPrototype(of: folder)
            #expect(prototype.unnameable == ["with blank"])
            #expect(prototype.text.contains("setuid -u-755"))
            #expect(prototype.text.contains("tmp d--777"))
            #expect(prototype.editScript == "path /tmp\nwrite core.mode 041777\n")
        }
    }

    @Test func sortedCopyKeepsWhatAFileIs() throws {
        try withFolder { folder in
            let source = "\(folder)/source"
            let target = "\(folder)/target"
            try FileSystem.makeFolder("\(source)/z folder/inner")
            try FileSystem.makeFolder("\(source)/left/out")
            try FileSystem.makeFolder(target)
            try FileSystem.write("content", to: "\(source)/b")
            chmod("\(source)/b", 0o4750)
            #expect(link("\(source)/b", "\(source)/z folder/a") == 0)
            #expect(symlink("../nowhere", "\(source)/z folder/link") == 0)
            #expect(mkfifo("\(source)/pipe", 0o600) == 0)
            #expect(mknod("\(source)/socket", S_IFSOCK | 0o755, 0) == 0)
            try FileSystem.makeSparse("\(source)/hole", bytes: 5 << 20)
            try BinaryFile("\(source)/hole", writable: true).write([7], at: 3 << 20)
            try FileSystem.write("old", to: "\(source)/old")
            let old = timespec(tv_sec: 1000, tv_nsec: 500)
            #expect(utimensat(AT_FDCWD, "\(source)/old", [old, old], 0) == 0)
            #expect(utimensat(AT_FDCWD, "\(source)/z folder", [old, old], 0) == 0)
            chmod("\(source)/z folder", 0o1555)
            try SortedCopy(of: source, to: target, clock: 2000, excluded: ["left"]).run()
            chmod("\(source)/z folder", 0o755)
            func facts(_ path: String) throws -> stat { try RawPath("\(target)/\(path)").status() }
            #expect(
                try FileSystem.names(in: target).sorted() == [
                    "b", "hole", "old", "pipe", "socket", "z folder",
                ])
            #expect(try FileSystem.readText("\(target)/b") == "content")
            #expect(try facts("b").st_mode == S_IFREG | 0o4750)
            #expect(try facts("b").st_ino == facts("z folder/a").st_ino)
            #expect(try facts("b").st_mtim.tv_sec == 2000)
            #expect(RawPath("\(target)/z folder/link").linkTarget() == RawPath("../nowhere"))
            #expect(try facts("pipe").st_mode & S_IFMT == S_IFIFO)
            #expect(try facts("socket").st_mode == S_IFSOCK | 0o755)
            #expect(try facts("hole").st_size == 5 << 20)
            #expect(try facts("hole").st_blocks * 512 < 2 << 20)
            #expect(try BinaryFile("\(target)/hole").read(3, at: (3 << 20) - 1) == [0, 7, 0])
            #expect(try facts("old").st_mtim.tv_sec == 1000)
            #expect(try facts("z folder").st_mtim.tv_sec == 1000)
            #expect(try facts("z folder").st_mode == S_IFDIR | 0o1555)
            chmod("\(target)/z folder", 0o755)
        }
    }

    /// Attributes of the user are on every file system but an old kernel's tmpfs.
    @Test func sortedCopyKeepsAttributes() throws {
        try withFolder { folder in
            for name in ["source", "target"] { try FileSystem.makeFolder("\(folder)/\(name)") }
            try FileSystem.write("x", to: "\(folder)/source/file")
            let place = RawPath("\(folder)/source/file")
            guard setAttribute("user.b", "2", of: place), setAttribute("user.a", "1", of: place) else {
                return
            }
            try SortedCopy(of: "\(folder)/source", to: "\(folder)/target", clock: 1, excluded: []).run()
            let kept = ExtendedAttributes.read(RawPath("\(folder)/target/file").c)
            #expect(kept.map(\.name) == ["user.a", "user.b"])
            #expect(kept.map(\.value) == [Array("1".utf8), Array("2".utf8)])
        }
    }

    private func setAttribute(_ name: String, _ value: String, of path: RawPath) -> Bool {
        kiwi_set_attribute(path.c, name, value, UInt(value.utf8.count)) == 0
    }
}
