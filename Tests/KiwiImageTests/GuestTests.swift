import Foundation
import KiwiBoot
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct GuestTests {
    private let dependencies = """
        kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/lib/crc16.ko
        kernel/fs/jbd2/jbd2.ko:
        kernel/lib/crc16.ko:
        kernel/drivers/virtio/virtio_pci.ko.xz: kernel/drivers/virtio/virtio_ring.ko.xz kernel/drivers/virtio/virtio.ko.xz
        kernel/drivers/block/virtio-blk.ko: kernel/drivers/virtio/virtio_ring.ko.xz kernel/drivers/virtio/virtio.ko.xz
        """

    @Test func modulesComeAfterWhatTheyNeed() {
        let order = GuestKernel.order(
            of: ["virtio_pci", "virtio_blk", "ext4", "builtin"], dependencies: dependencies
        )
        .map { FileSystem.name(of: $0) }
        #expect(
            order == [
                "virtio.ko.xz", "virtio_ring.ko.xz", "virtio_pci.ko.xz", "virtio-blk.ko", "crc16.ko",
                "jbd2.ko",
                "ext4.ko",
            ])
    }

    @Test func findsTheNewestKernelThatCanDoIt() throws {
        let place = try TestPlace()
        defer { place.remove() }
        for version in ["6.1", "6.12"] {
            let folder = "\(place.path)/usr/lib/modules/\(version)"
            try FileSystem.makeFolder(folder)
            try FileSystem.makeFolder("\(place.path)/boot")
            try FileSystem.write("", to: "\(place.path)/boot/vmlinuz-\(version)")
            try FileSystem.write(
                version == "6.1" ? dependencies : "kernel/fs/xfs/xfs.ko:\n", to: "\(folder)/modules.dep")
        }
        func find(_ modules: [String]) -> String? {
            GuestKernel.find(
                in: TreeReader(place.path), packageManager: "apt", modules: modules, optional: ["gone"])?
                .version
        }
        #expect(find(["xfs"]) == "6.12")
        #expect(find(["ext4", "virtio_blk"]) == "6.1")
        #expect(find(["btrfs"]) == nil)
    }

    @Test func readsWhatLddSays() {
        let output = """
            \tlinux-vdso.so.1 (0x00007ffe)
            \tlibacl.so.1 => /lib/x86_64-linux-gnu/libacl.so.1 (0x00007f)
            \tlibgone.so => not found
            \t/lib64/ld-linux-x86-64.so.2 (0x00007f)
            """
        #expect(
            GuestMachine.libraries(output) == [
                "/lib/x86_64-linux-gnu/libacl.so.1", "/lib64/ld-linux-x86-64.so.2",
            ])
        #expect(GuestMachine.libraries("\tnot a dynamic executable\n") == [])
    }

    @Test func findsTheKernelBehindTheMetapackage() {
        let output = "linux-image-amd64\n  Depends: linux-image-6.1.0-50-amd64\n  Recommends: x\n"
        #expect(GuestKernelArchive.package(dependencies: output) == "linux-image-6.1.0-50-amd64")
        #expect(GuestKernelArchive.package(dependencies: "N: Unable to locate package\n") == nil)
    }
}
