import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct CheckSpaceTests {
    @Test func needsFollowWhatIsMade() {
        func bytes(_ image: Bool, _ tree: Bool, _ disk: Bool) -> Int64 {
            CheckSpace.needs(
                installed: 1000, makesImage: image, writesTree: tree, layersOnDisk: disk, folder: "/"
            ).reduce(0) { $0 + $1.bytes }
        }
        #expect(bytes(true, false, false) == 700)
        #expect(bytes(false, true, false) == 1100)
        #expect(bytes(true, true, true) == 3000)
    }

    @Test func aDiskThatIsTooSmallIsNamedWithBothSizes() {
        let findings = SpaceCheck.findings([
            SpaceCheck.Need(folder: "/tmp", bytes: 1 << 60, purpose: "the image"),
            SpaceCheck.Need(folder: "/tmp/below", bytes: 1, purpose: "layers"),
        ])
        #expect(findings.count == 1)
        #expect(findings.first?.message.contains("the image") == true)
        #expect(findings.first?.message.contains("needs 1048576.0 TiB") == true)
    }
}
