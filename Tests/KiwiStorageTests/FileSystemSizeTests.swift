import KiwiDescription
import KiwiStorage
import Testing

@Suite struct FileSystemSizeTests {
    private let mebi = ByteCount.mebi

    @Test func extFollowsContentAndInodes() {
        let tree = TreeMeasure(apparentBytes: 700 * mebi, blockBytes: 730 * mebi, entries: 16384)
        #expect(FileSystemSize.needed(for: tree, as: .ext4) == (1050 + 8) * mebi)
        #expect(FileSystemSize.needed(for: tree, as: .btrfs) == 1050 * mebi)
        #expect(FileSystemSize.needed(for: tree, as: .squashfs) == 700 * mebi)
        #expect(FileSystemSize.minimum(for: tree, as: .ext4) == (730 + 4 + 2) * mebi)
    }

    @Test func smallTreesGetTheLeastTheMakersAccept() {
        let tree = TreeMeasure(apparentBytes: 1, blockBytes: 4096, entries: 1)
        #expect(FileSystemSize.needed(for: tree, as: .xfs) == 300 * mebi)
        #expect(FileSystemSize.needed(for: tree, as: .ext2) == 16 * mebi)
        #expect(FileSystemSize.minimum(for: tree, as: .xfs) == 300 * mebi)
        #expect(FileSystemSize.minimum(for: tree, as: .btrfs) == 109 * mebi)
    }

    @Test func sizeIsAbsoluteOrAdditive() {
        #expect(FileSystemSize.chosen(needed: 5 * mebi, asked: nil) == 5 * mebi)
        #expect(FileSystemSize.chosen(needed: 5 * mebi, asked: .init(bytes: 2 * mebi)) == 2 * mebi)
        #expect(
            FileSystemSize.chosen(needed: 5 * mebi, asked: .init(bytes: 2 * mebi, additive: true)) == 7 * mebi
        )
    }

    @Test(arguments: [
        (Int64(17), "17 B"), (1536, "1.5 KiB"), (1 << 20, "1 MiB"), (1_288_490_189, "1.2 GiB"),
        (838_860_800, "800 MiB"),
    ])
    func bytesForPeople(_ bytes: Int64, _ text: String) { #expect(ByteCount.text(bytes) == text) }
}
