import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct ArchiveExtractionTests {
    @Test func readsDeviceNodesFromAListing() {
        let found = ArchiveExtraction.deviceNode(inListing: "crw-rw-rw- 0/5  1,3 2020-01-01 00:00 ./dev/null")
        #expect(found?.member == "./dev/null")
        #expect(
            found?.node == DeviceNode(path: "", kind: .character, major: 1, minor: 3, mode: 0o666, groupID: 5)
        )
        #expect(ArchiveExtraction.deviceNode(inListing: "-rw-r--r-- 0/0 3 2020-01-01 00:00 ./cfile") == nil)
    }

    @Test func tarRunsInsideTheTree() async throws {
        let folder = try TestFolder()
        try folder.write("", to: "tree/bin/tar")
        try folder.write("\u{1}plain", to: "a.tar")
        let runner = FakeRunner()
        let tree = try folder.tree(runner)
        _ = try await ArchiveExtraction(tree: tree, archive: "\(folder.path)/a.tar", target: "/../opt/x")
            .run()
        let call = try #require(runner.calls.last)
        #expect(call.root == tree.path)
        #expect(call.arguments.contains("--directory=/opt/x"))
        #expect(call.arguments.contains("--numeric-owner"))
        #expect(folder.exists("tree/opt/x"))
    }

    @Test func compressionIsUndoneOutside() async throws {
        let folder = try TestFolder()
        try FileSystem.write([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], to: "\(folder.path)/a.tar.xz")
        #expect(try ArchiveExtraction.decompressor(of: "\(folder.path)/a.tar.xz") == "xz")
        #expect(ArchiveTools.requirements(["\(folder.path)/a.tar.xz"]).map(\.debianPackage) == ["xz-utils"])
    }

    @Test func namesTheArchiveThatFails() async throws {
        let folder = try TestFolder()
        try folder.write("broken", to: "a.tar")
        let missing = await #expect(throws: Failure.self) {
            _ = try await ArchiveExtraction(
                tree: try folder.tree(), archive: "\(folder.path)/a.tar", position: place(3)
            ).run()
        }
        #expect(missing?.diagnostics.first?.remedy == "add package 'tar'")
        try folder.write("", to: "tree/bin/tar")
        let tree = try folder.tree(
            FakeRunner { $0.root == nil ? .output("") : .failed("tar: not an archive", code: 2) })
        let failure = await #expect(throws: Failure.self) {
            _ = try await ArchiveExtraction(tree: tree, archive: "\(folder.path)/a.tar", position: place(3))
                .run()
        }
        #expect(failure?.diagnostics.map(\.code) == ["archive-failed"])
        #expect(failure?.diagnostics.first?.position == place(3))
    }
}
