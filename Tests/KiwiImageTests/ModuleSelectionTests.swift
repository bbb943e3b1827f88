import Testing

@testable import KiwiImage

@Suite struct ModuleSelectionTests {
    private let tables = ModuleSelection.Tables(
        dependencies: """
            kernel/fs/ext4/ext4.ko.xz: kernel/fs/mbcache.ko.xz kernel/fs/jbd2/jbd2.ko.xz
            kernel/fs/mbcache.ko.xz:
            kernel/fs/jbd2/jbd2.ko.xz:
            kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz
            kernel/lib/libcrc32c.ko.xz:
            kernel/crypto/crc32c_generic.ko.xz:
            kernel/drivers/net/e1000/e1000.ko.xz:
            kernel/drivers/net/virtio_net.ko.xz: kernel/net/core/failover.ko.xz
            kernel/net/core/failover.ko.xz:

            """,
        softDependencies: """
            # Soft dependencies
            softdep ext4 pre: crc32c
            softdep virtio-net post: e1000

            """,
        aliases: "alias crypto-crc32c crc32c_generic\nalias fs-ext4 ext4\n",
        builtIn: "kernel/drivers/block/virtio_blk.ko\n")

    private func kept(_ drivers: [String]) throws -> [String] {
        try ModuleSelection(drivers, tables).kept.map {
            String($0.split(separator: "/").last!.prefix { $0 != "." })
        }
    }

    @Test func allWithoutDrivers() throws { #expect(try kept([]).count == 9) }

    @Test func namesPathsAndExpressions() throws {
        #expect(try kept(["xfs"]) == ["xfs", "libcrc32c"])
        #expect(try kept(["drivers/net/e1000/"]) == ["e1000"])
        #expect(try kept(["fs/(mb|jb).*"]) == ["jbd2", "mbcache"])
        #expect(try kept(["e1000.ko"]) == ["e1000"])
    }

    @Test func whatIsNeededComesAlong() throws {
        #expect(try kept(["ext4"]) == ["crc32c_generic", "ext4", "jbd2", "mbcache"])
        #expect(try kept(["virtio-net"]) == ["e1000", "virtio_net", "failover"])
    }

    @Test func tellsWhatFitsNothing() throws {
        let selection = try ModuleSelection(["virtio_blk", "brtfs", "xfs"], tables)
        #expect(selection.unmatched == ["brtfs"])
        #expect(throws: ModuleSelection.DriverError(driver: "net/(")) {
            try ModuleSelection(["net/("], tables)
        }
    }
}
