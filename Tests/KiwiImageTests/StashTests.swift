import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct StashTests {
    /// KIWI's rule: names become those of containers and of folders.
    @Test(arguments: ["a", "-a", "a-", "a/b", "a_b", "..", "a b", "ä1", ""])
    func namesThatAreNone(_ name: String) {
        #expect(throws: Failure.self) { try Stash(name, in: "/s") }
    }

    @Test func places() throws {
        let stash = try Stash("base-12", in: "/var/tmp/kiwi-stash")
        #expect(stash.archive == "/var/tmp/kiwi-stash/base-12/base-12.tar")
        #expect(Stash.folder(of: Caller(userID: 0)) == "/var/tmp/kiwi-stash")
        #expect(stash.source.place == .archive(path: stash.archive, name: nil))
    }

    /// The first tree is packed as it is, a later one as a layer over what is there.
    @Test func plans() throws {
        let folder = try TestPlace()
        defer { folder.remove() }
        let stash = try Stash("base", in: folder.path)
        let image = Samples.image([:])
        func steps() throws -> [any BuildStep] {
            stash.steps(keeping: .configurationLayer, of: image, tag: "v1", owner: nil)
        }
        #expect(try steps().map(\.id) == ["container.layer.0", "container", "results"])
        #expect(Stash.names(in: folder.path).isEmpty)
        try FileSystem.makeFolder(stash.place)
        try FileSystem.write("tar", to: stash.archive)
        #expect(
            try steps().map(\.id)
                == ["base-image.import", "layer.base", "container.layer.0", "container", "results"])
        #expect(Stash.names(in: folder.path) == ["base"])
        let container = try #require(try steps().compactMap { $0 as? WriteContainer }.first)
        #expect(container.description.reference == "base:v1")
        #expect(container.description.entrypoint == ["/bin/sh"])
        let layer = try #require(try steps().compactMap { $0 as? PackLayer }.first)
        #expect(!layer.excluded.contains("image"))
    }
}
