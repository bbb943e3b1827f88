import KiwiDescription
import KiwiDiagnostics
import Testing

@testable import KiwiBoot

@Suite struct InspectSystemTests {
    private let step = InspectSystem(
        tree: .layer("tree"), imageType: "pxe", packageManager: "apt", architecture: .x86_64,
        boot: .init(requirements: [], kernelModules: []),
        because: Position(file: "config.xml", line: 4, column: 9))

    @Test func takesTheKernelOfTheBootImage() throws {
        let tree = try SampleTree(
            SampleTree.kernel("6.1.0-9-amd64", modules: ["ext4"])
                .merging(SampleTree.kernel("6.1.0-10-amd64", modules: ["ext4"])) { $1 })
        defer { tree.remove() }
        #expect(try step.inspect(tree.reader).kernelVersion == "6.1.0-10-amd64")
        let facts = try step.inspect(tree.reader, wanted: "6.1.0-9-amd64")
        #expect(facts.kernelFile == "/boot/vmlinuz-6.1.0-9-amd64")
        #expect {
            try step.inspect(tree.reader, wanted: "6.1.0-8-amd64")
        } throws: { error in
            let found = (error as? Failure)?.diagnostics ?? []
            return found.count == 1 && found[0].code == "boot-kernel" && found[0].position?.line == 4
                && found[0].message.contains("6.1.0-10-amd64, 6.1.0-9-amd64")
        }
    }

    @Test func readsTheBootTreeFirst() {
        var step = step
        #expect(step.reads == [.layer("tree")])
        step.bootTree = .layer("boot-image.configuration")
        #expect(step.reads == [.layer("tree"), .layer("boot-image.configuration")])
    }
}
