import Foundation
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox
import Testing

@testable import KiwiImage

/// Archives made by hand, so that each field of the formats is told by the test.
@Suite struct TreeReadingTests {
    private func field(_ value: Int, _ width: Int) -> [UInt8] {
        let digits = String(value, radix: 8)
        return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8) + [0]
    }

    private func padded(_ bytes: [UInt8], to size: Int) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (size - bytes.count % size) % size)
    }

    private func member(
        _ name: String, _ type: Character = "0", _ content: [UInt8] = [], mode: Int = 0o644, user: Int = 0,
        link: String = "",
        tail: [UInt8] = []
    ) -> [UInt8] {
        var header = padded(Array(name.utf8), to: 100) + field(mode, 8) + field(user, 8) + field(7, 8)
        header +=
            field(content.count, 12) + field(1000, 12) + Array("        ".utf8) + Array(String(type).utf8)
        header += padded(Array(link.utf8), to: 100).prefix(100)
        if link.isEmpty { header += [UInt8](repeating: 0, count: 100) }
        header += Array("ustar\0".utf8) + Array("00".utf8) + [UInt8](repeating: 0, count: 64)
        header += field(1, 8) + field(3, 8)
        header = padded(header, to: 512)
        if !tail.isEmpty { header.replaceSubrange(386..<386 + tail.count, with: tail) }
        let sum = header.reduce(0) { $0 + Int($1) }
        header.replaceSubrange(148..<156, with: field(sum, 7) + [32])
        return header + padded(content, to: 512)
    }

    private func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while "\(length)\(rest)".utf8.count != length { length += 1 }
        return Array("\(length)\(rest)".utf8)
    }

    private let end = [UInt8](repeating: 0, count: 1024)

    private func read(_ bytes: [UInt8], _ body: (Int32) throws -> TreeIndex = TarTree.index) throws
        -> TreeIndex
    {
        let place = try TestPlace()
        defer { place.remove() }
        try FileSystem.write(bytes, to: "\(place.path)/archive")
        let descriptor = open("\(place.path)/archive", O_RDONLY)
        defer { close(descriptor) }
        return try body(descriptor)
    }

    @Test func membersOfEveryKind() throws {
        var archive = member("./", "5", mode: 0o755)
        archive += member("./a/f", "0", Array("hello".utf8), mode: 0o4755, user: 12)
        archive +=
            member("a/empty") + member("a/hard", "1", link: "./a/f") + member("a/soft", "2", link: "../x")
        archive += member("null", "3", mode: 0o600) + member("p", "6")
        archive += member(
            "x", "x", record("path", "long/\u{fc}") + record("SCHILY.xattr.user.a", "v") + record("uid", "99")
        )
        archive += member("short", "0", Array("x".utf8))
        archive += member("@", "L", Array("very/long\0".utf8)) + member("very")
        archive += member("g", "g", record("comment", "c")) + end
        let tree = try read(archive)
        #expect(
            tree.entries.keys.sorted() == [
                "/", "/a/empty", "/a/f", "/a/hard", "/a/soft", "/long/\u{fc}", "/null", "/p", "/very/long",
            ])
        let file = try #require(tree.entries["/a/f"])
        #expect(file.content == Digest(of: "hello").hex && file.size == 5 && file.mode == 0o4755)
        #expect(file.user == 12 && file.group == 7 && file.time == 1000)
        #expect(tree.entries["/a/hard"] == file)
        #expect(tree.entries["/a/soft"]?.content == "../x")
        #expect(tree.entries["/null"]?.kind == .characterDevice && tree.entries["/null"]?.content == "1:3")
        #expect(tree.entries["/long/\u{fc}"]?.attributes == ["user.a": "76"])
        #expect(tree.entries["/long/\u{fc}"]?.user == 99)
        #expect(tree.entries["/a/empty"]?.user == 0)
    }

    @Test func sparseFilesHaveTheirHoles() throws {
        let wanted = Digest(
            of: [UInt8](repeating: 0, count: 512) + Array("ab".utf8) + [UInt8](repeating: 0, count: 100)
        ).hex
        let map = padded(Array("1\n512\n2\n".utf8), to: 512) + Array("ab".utf8)
        let records =
            record("GNU.sparse.major", "1") + record("GNU.sparse.name", "s")
            + record("GNU.sparse.realsize", "614")
        let new = try read(member("x", "x", records) + member("other", "0", map) + end)
        #expect(new.entries["/s"]?.content == wanted && new.entries["/s"]?.size == 614)
        let pieces = field(512, 12) + field(2, 12) + [UInt8](repeating: 0, count: 72)
        let old = try read(member("s", "S", Array("ab".utf8), tail: pieces + [0] + field(614, 12)) + end)
        #expect(old.entries["/s"]?.content == wanted)
        let wrong = padded(Array("1\n900\n2\n".utf8), to: 512) + Array("ab".utf8)
        #expect(throws: TarFailure.self) {
            try read(member("x", "x", records) + member("s", "0", wrong) + end)
        }
    }

    @Test func damagedArchivesAreErrors() throws {
        let good = member("a", "0", Array("hello".utf8)) + end
        _ = try read(good)
        for cut in [100, 513, 600] { #expect(throws: TarFailure.self) { try read(Array(good[..<cut])) } }
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<300 {
            var bytes = good
            bytes[Int.random(in: 0..<512, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            do { _ = try read(bytes) } catch { refused += 1 }
        }
        #expect(refused > 200)
    }

    private func cpio(
        _ name: String, mode: Int, inode: Int = 1, links: Int = 1, _ content: [UInt8] = [], user: Int = 0
    ) -> [UInt8] {
        func hex(_ value: Int) -> [UInt8] {
            let text = String(value, radix: 16)
            return Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
        }
        let numbers = [inode, mode, user, 0, links, 5, content.count, 8, 1, 1, 3, name.utf8.count + 1, 0]
        return padded(Array("070701".utf8) + numbers.flatMap(hex) + Array(name.utf8) + [0], to: 4)
            + padded(content, to: 4)
    }

    @Test func cpioArchives() throws {
        var bytes = cpio("a", mode: 0o100644, inode: 7, links: 2) + cpio("d", mode: 0o040755)
        bytes +=
            cpio("b", mode: 0o100644, inode: 7, links: 2, Array("hello".utf8))
            + cpio("l", mode: 0o120777, Array("a".utf8))
        bytes += cpio("null", mode: 0o020600, user: 3) + cpio("TRAILER!!!", mode: 0)
        let tree = try read(bytes, CpioTree.index)
        #expect(!tree.hasAttributes)
        #expect(tree.entries["/a"]?.content == Digest(of: "hello").hex)
        #expect(tree.entries["/a"] == tree.entries["/b"])
        #expect(tree.entries["/l"]?.content == "a" && tree.entries["/null"]?.content == "1:3")
        #expect(tree.entries.count == 5)
        #expect(throws: TarFailure.self) { try read(Array(bytes[..<200]), CpioTree.index) }
        #expect(throws: TarFailure.self) {
            try read(Array("070701zz".utf8) + [UInt8](repeating: 48, count: 120), CpioTree.index)
        }
    }

    @Test func layersHideWhatLiesBelow() {
        func tree(_ paths: [String: ComparedEntry.Kind]) -> TreeIndex {
            var tree = TreeIndex()
            tree.entries = paths.mapValues { ComparedEntry(kind: $0, mode: 0, user: 0, group: 0) }
            return tree
        }
        let base = tree([
            "/a": .folder, "/a/x": .file, "/a/y": .file, "/b": .folder, "/b/z": .file, "/c": .folder,
            "/c/q": .file,
        ])
        let layer = tree(["/a/.wh.x": .file, "/b/.wh..wh..opq": .file, "/b/n": .file, "/c": .file])
        #expect(base.applying(layer: layer).entries.keys.sorted() == ["/a", "/a/y", "/b", "/b/n", "/c"])
    }

    @Test func namesAreShownWithoutHarm() {
        #expect(TreeIndex.path(Array("./a//b/".utf8)) == "/a/b")
        #expect(TreeIndex.text([0x61, 0x0a, 0x5c, 0xff]) == "a\\x0a\\\\\\xff")
        #expect(TreeIndex.text(Array("\u{fc}".utf8)) == "\u{fc}")
    }

    @Test func listingsOfTools() {
        let squash = """
            drwxr-xr-x 0/0                     107 2026-11-21 16:08 squashfs-root
            crw-r--r-- 0/5                   1,  3 2026-11-21 16:08 squashfs-root/dev/my null
            brwsr-x--T 6/0                   8,  0 2026-11-21 16:08 squashfs-root/dev/sda
            -rw-r--r-- 5/6                       3 2026-11-21 16:08 squashfs-root/sub/f
            """
        let devices = SquashfsListing.devices(in: squash)
        #expect(devices.keys.sorted() == ["/dev/my null", "/dev/sda"])
        #expect(devices["/dev/my null"]?.content == "1:3" && devices["/dev/my null"]?.group == 5)
        #expect(devices["/dev/sda"]?.mode == 0o5750 && devices["/dev/sda"]?.kind == .blockDevice)
        let text = """
            debugfs: ls -p <2>
            /2/040755/0/0/.//
            /13/100644/0/7/new
            line/2/
            /0/000000/0/0/gone/0/

            debugfs: ls -p <12>
            /12/040700/3/0/.//
            """
        let folders = ExtListing.folders(in: text)
        #expect(folders.map { $0.map(\.name) } == [[".", "new\\x0aline", "gone"], ["."]])
        #expect(folders[0][1].entry?.group == 7 && folders[0][2].entry == nil)
        let attributes = """
            debugfs: ea_list <13>
            debugfs: ea_list <16>
            Extended attributes:
              user.demo (5) = "a\\"b c"
              security.capability (2) = 01 ff
            debugfs: stat <3>
            Device major/minor number: 253:00 (hex fd:00)
            """
        let found = ExtListing.attributes(in: attributes)
        #expect(found.count == 2 && found[0].isEmpty)
        #expect(found[1].map(\.0) == ["user.demo", "security.capability"])
        #expect(found[1][0].1 == Array("a\"b c".utf8) && found[1][1].1 == [1, 255])
        #expect(ExtListing.devices(in: attributes) == ["253:0"])
    }

    @Test func formatsAreToldByTheirFirstBytes() {
        func head(_ text: String, at offset: Int) -> [UInt8] {
            [UInt8](repeating: 1, count: offset) + Array(text.utf8)
        }
        #expect(ImageFormat(of: head("CD001", at: 32769)) == .iso)
        #expect(ImageFormat(of: Array("hsqs".utf8)) == .squashfs)
        #expect(ImageFormat(of: head("ustar", at: 257)) == .tar)
        #expect(ImageFormat(of: head("_BHRfS_M", at: 65600)) == .btrfs)
        #expect(ImageFormat(of: Array("\n {\"a\": 1}".utf8)) == .json)
        #expect(ImageFormat(of: Array("a|None|1|None|all|None|None\n".utf8)) == .packageList)
        #expect(ImageFormat(of: Array("hello".utf8)) == nil && ImageFormat(of: []) == nil)
    }

    /// The parts of a container image are looked for in its folder only.
    @Test func containersLeadNowhere() throws {
        let place = try TestPlace()
        defer { place.remove() }
        let names = ["../../../../etc/passwd", "/etc/passwd", "missing"]
        for name in names {
            try FileSystem.write(
                #"[{"Config": "\#(name)", "Layers": ["\#(name)"]}]"#, to: "\(place.path)/manifest.json")
            #expect(throws: Diagnostic.self) { try ContainerLayout.read(place.path) }
        }
        for text in ["", "{}", "[]", #"[{"Config": 1}]"#] {
            try FileSystem.write(text, to: "\(place.path)/manifest.json")
            #expect(throws: Diagnostic.self) { try ContainerLayout.read(place.path) }
        }
    }
}
