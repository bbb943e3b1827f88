import CKiwiLinux
import Foundation
import KiwiDescription
import KiwiRootTree
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct ArchiveTests {
    @Test(arguments: ["tbz", "cpio"]) func plan(type: String) throws {
        var image = Samples.image()
        image.type.image = type
        var options = CreateOptions()
        options.maximumBytes = 1 << 30
        options.xzOptions = ["-9", "--threads=2"]
        let steps = try ImagePlanners.planner(for: image.type).steps(
            for: image, tree: .layer("configuration"), options: options)
        #expect(try goldenDifference(PlanPrinter.text(BuildPlan(steps: steps)), "plan-\(type).txt") == nil)
    }

    @Test func tarHeadersOfNodes() throws {
        let node = DeviceNode(
            path: "/dev/null", kind: .character, major: 1, minor: 3, mode: 0o666, userID: 3, groupID: 4)
        let list = try tarList(node.tarHeader(clock: 1_000_000_000).bytes)
        #expect(list == ["crw-rw-rw- 3/4 1,3 2001-09-09 01:46 dev/null"])
    }

    @Test func tarHeadersWithLongNamesAndLargeOwners() throws {
        let name = String(repeating: "n", count: 254) + "ü"
        let node = DeviceNode(
            path: "/\(name)/\(name)", kind: .block, major: 8, minor: 17, mode: 0o600, userID: 3_000_000_000)
        let list = try tarList(node.tarHeader(clock: 0).bytes)
        #expect(list == ["brw------- 3000000000/0 8,17 1970-01-01 00:00 \(name)/\(name)"])
    }

    /// What GNU tar sees in an archive.
    private func tarList(_ bytes: [UInt8]) throws -> [String] {
        let path = NSTemporaryDirectory() + "kiwi-tar-\(UUID().uuidString)"
        defer { unlink(path) }
        try FileSystem.write(bytes + [UInt8](repeating: 0, count: 1024), to: path)
        let text = ToolOutput.of(
            "tar",
            ["--list", "--verbose", "--numeric-owner", "--utc", "--quoting-style=literal", "--file=\(path)"])
        return try #require(text).split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
    }

    /// File systems list attributes in the order in which they came, or in one of their own.
    @Test func theOrderOfAttributesDoesNotMatter() async throws {
        var archives: [[UInt8]] = []
        for names in [["user.b", "user.a", "user.c"], ["user.c", "user.b", "user.a"]] {
            let tree = try SampleTree()
            defer { tree.remove() }
            try tree.add("file", String(repeating: "content", count: 100_000))
            for name in names {
                #expect(kiwi_set_attribute("\(tree.path)/file", name, name, UInt(name.utf8.count)) == 0)
            }
            try tree.add("other", "plain")
            archives.append(try await packed(tree.path))
        }
        #expect(archives[0] == archives[1])
        let text = String(decoding: archives[0], as: UTF8.self)
        let places = try ["a", "b", "c"].map {
            try #require(text.firstRange(of: "SCHILY.xattr.user.\($0)=user.\($0)\n")).lowerBound
        }
        #expect(places == places.sorted())
    }

    @Test func whatIsNoArchiveIsAnError() async throws {
        let runner = ProcessRunner(log: BuildLog())
        let call = ToolCall(
            "echo", ["no archive"], output: .filtered(TarAttributeOrder.copy, to: ToolCall("cat")))
        await #expect(throws: FileError("read", "the output of tar", code: EINVAL)) {
            try await runner.run(call)
        }
    }

    private func packed(_ tree: String) async throws -> [UInt8] {
        let scratch = try ScratchFolder(in: NSTemporaryDirectory())
        defer { scratch.remove() }
        let stream = try TarStream(
            of: tree, without: Exclusions([]), headers: [], clock: 1_000_000_000, scratch: scratch.path)
        let output = "\(scratch.path)/archive"
        _ = try await ProcessRunner(log: BuildLog()).run(
            stream.call(into: ToolCall("cat", output: .file(output))))
        return try FileSystem.readBytes(output)
    }

    @Test func holesAreZerosInCpioArchives() throws {
        let tree = try SampleTree()
        defer { tree.remove() }
        let archive = NSTemporaryDirectory() + "kiwi-cpio-\(UUID().uuidString)"
        defer { unlink(archive) }
        try tree.add("holes", "start")
        #expect(truncate("\(tree.path)/holes", 8 << 20) == 0)
        let descriptor = open("\(tree.path)/holes", O_WRONLY)
        #expect(pwrite(descriptor, "middle", 6, 5 << 20) == 6)
        close(descriptor)
        try tree.add("later", "content")
        let entries = try TreeEntries(of: tree.path, without: Exclusions([])).entries
        _ = try NewcArchive.write(tree.path, entries, nodes: [], clock: 5, to: archive)
        let bytes = try FileSystem.readBytes(archive)
        let whole = try FileSystem.readBytes("\(tree.path)/holes")
        // A header of 110 bytes and the name, to a multiple of 4.
        #expect(bytes.count > 8 << 20 && bytes.count % 512 == 0)
        #expect(bytes[116..<116 + whole.count].elementsEqual(whole))
        #expect(ToolOutput.of("sh", ["-c", "cpio -it --quiet <\(archive)"]) == "holes\nlater\n")
        var facts = stat()
        #expect(stat(archive, &facts) == 0)
        #expect(Int64(facts.st_blocks) * 512 < 4 << 20)
    }

    @Test func namesAreSortedAsFoldersAreWalked() {
        let paths = ["a", "a/b", "a b", "a-c", "aa"].map { RawPath($0) }
        #expect(paths.shuffled().sorted() == [paths[0], paths[1], paths[2], paths[3], paths[4]])
        #expect(RawPath("a/b/c").parent == RawPath("a/b"))
        #expect(RawPath("a").parent == RawPath(""))
        #expect(RawPath("a/b/c").name == Array("c".utf8))
    }

    @Test func matcherAndPathsAgree() throws {
        let tree = try SampleTree()
        defer { tree.remove() }
        for path in [
            "tmp/.hidden", "tmp/a/b", "run/x", "image/c", "usr/keep", "opt/a/one.log", "opt/one.log",
        ] {
            try tree.add(path)
        }
        let exclusions = Exclusions(Exclusions.standard + ["opt/*/*.log"])
        let entries = try TreeEntries(of: tree.path, without: exclusions).entries.map(\.path.text)
        #expect(entries == ["opt", "opt/a", "opt/one.log", "run", "tmp", "usr", "usr/keep"])
        let nodes = ["/tmp/node", "/usr/node", "/image/node"].map {
            DeviceNode(path: $0, kind: .block, major: 1, minor: 1, mode: 0)
        }
        #expect(exclusions.kept(nodes).map(\.path) == ["/usr/node"])
    }

    @Test func cpioIsWhatTheToolReads() throws {
        let tree = try SampleTree()
        defer { tree.remove() }
        try tree.add("a/first", "content")
        #expect(link("\(tree.path)/a/first", "\(tree.path)/b") == 0)
        #expect(symlink("a/first", "\(tree.path)/link") == 0)
        try FileSystem.write("x", to: "\(tree.path)/x")
        let odd = RawPath(Array("odd".utf8) + [0xff])
        #expect(close(open(odd.place(below: tree.path), O_CREAT | O_WRONLY, 0o600)) == 0)
        let output = "\(tree.path).cpio"
        defer { unlink(output) }
        let entries = try TreeEntries(of: tree.path, without: Exclusions([])).entries
        let node = DeviceNode(path: "/dev/tty", kind: .character, major: 5, minor: 0, mode: 0o620)
        #expect(try NewcArchive.write(tree.path, entries, nodes: [node], clock: 1000, to: output) == 7)
        let first = try Digest(ofFile: output)
        _ = try NewcArchive.write(tree.path, entries, nodes: [node], clock: 1000, to: output)
        #expect(try Digest(ofFile: output) == first)
        let list = try #require(
            ToolOutput.of("sh", ["-c", "LC_ALL=C cpio --quiet -itv --numeric-uid-gid <\(output)"]))
        let lines = list.split(separator: "\n").map(String.init)
        #expect(lines.count == 7)
        #expect(lines.filter { $0.contains("1970") }.count == 7)
        #expect(lines.contains { $0.hasPrefix("crw--w----") && $0.contains("5,   0") })
        // Both names of one file, the second with its content.
        #expect(lines.filter { $0.hasPrefix("-rw-r--r--   2") }.map { $0.contains(" 7 ") } == [false, true])
        #expect(lines.contains { $0.hasSuffix("link -> a/first") })
    }

    @Test func cpioRefusesLargeFiles() throws {
        let tree = try SampleTree()
        defer { tree.remove() }
        try tree.add("large")
        #expect(truncate("\(tree.path)/large", 5 << 30) == 0)
        let entries = try TreeEntries(of: tree.path, without: Exclusions([])).entries
        let output = "\(tree.path).cpio"
        defer { unlink(output) }
        #expect {
            try NewcArchive.write(tree.path, entries, nodes: [], clock: 0, to: output)
        } throws: { "\($0)".contains("'/large'") }
    }
}

/// A folder to pack.
struct SampleTree {
    let path = NSTemporaryDirectory() + "kiwi-tree-\(UUID().uuidString)"

    init() throws { try FileSystem.makeFolder(path) }

    func add(_ inside: String, _ content: String = "x") throws {
        try FileSystem.makeFolder(FileSystem.parent(of: "\(path)/\(inside)"))
        try FileSystem.write(content, to: "\(path)/\(inside)")
    }

    func remove() { try? FileSystem.removeTree(path) }
}
