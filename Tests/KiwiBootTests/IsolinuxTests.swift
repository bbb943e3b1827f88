import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiBoot

@Suite struct IsolinuxTests {
    private func menu(_ change: (inout MenuOptions) -> Void = { _ in }) -> IsolinuxMenu {
        var options = MenuOptions(
            title: "Demo [ 1 ]",
            entries: [
                .linux(title: "Demo [ 1 ]", options: "quiet root=live:CDLABEL=CDROM rd.live.image"),
                .linux(title: "Failsafe -- Demo", options: "nomodeset root=live:CDLABEL=CDROM rd.live.image"),
                .hardDisk(title: "Boot from Hard Disk"),
            ], bootloader: nil, folder: "/description")
        change(&options)
        return IsolinuxMenu(options)
    }

    @Test func menuOfOurEntries() {
        let menu = menu {
            $0.output = ["console", "serial"]
            $0.serialLine = "--unit=1 --speed=115200"
            $0.timeout = 3
        }
        #expect(goldenDifference(menu.text + "-- isolinux.msg\n" + menu.message, "isolinux.cfg") == nil)
    }

    @Test func aHypervisorIsStartedByMboot() {
        var menu = menu {
            $0.timeout = nil
            $0.timeoutStyle = "hidden"
            $0.defaultEntry = 2
        }
        menu.isXenHost = true
        #expect(goldenDifference(menu.text, "isolinux-xen.cfg") == nil)
        menu.hasMenuModule = false
        #expect(!menu.text.contains("menu.c32"))
    }

    /// A menu as the media of 2007 had it.
    @Test func aMenuOf2007StartsTheLiveSystemOfToday() {
        let own = """
            default 	Live
            implicit	1
            display 	/boot/loader/isolinux.msg
            prompt		1
            timeout		50

            LABEL Live
              KERNEL /boot/loader/linux
              APPEND initrd=/boot/loader/initrd ramdisk_size=512000 quiet splash=silent
            label Other
              kernel linux
            label Own root
              kernel linux
              append initrd=initrd root=/dev/sda1
            label Harddisk
              localboot 0x80
            label Memory
              kernel memtest
              append -

            """
        let text = menu { $0.output = ["serial"] }.adapted(
            own, files: ["linux", "initrd", "isolinux.msg"])
        #expect(goldenDifference(text, "isolinux-2007.cfg") == nil)
    }

    @Test func zeroSecondsDoNotMeanForEver() {
        #expect(menu { $0.timeout = 0 }.text.contains("timeout 1\n"))
        #expect(menu { $0.timeout = 9999 }.text.contains("timeout 35996\n"))
    }

    @Test func theTreesProgramGoesFirst() throws {
        let nothing = try SampleTree([:])
        let machine = try SampleTree(["usr/lib/ISOLINUX/isolinux.bin": ""])
        let tree = try SampleTree(
            Dictionary(
                uniqueKeysWithValues: ["isolinux.bin", "isohdpfx.bin", "ldlinux.c32"].map {
                    ("usr/share/syslinux/\($0)", "")
                }))
        defer { for place in [nothing, machine, tree] { place.remove() } }
        #expect(IsolinuxChoice.find(tree: nothing.reader, host: nothing.reader) == nil)
        #expect(IsolinuxChoice.find(tree: nothing.reader, host: machine.reader)?.origin == .host)
        let choice = try #require(IsolinuxChoice.find(tree: tree.reader, host: machine.reader))
        #expect(choice.origin == .tree)
        #expect(choice.files(in: tree.reader).map(\.name) == ["isolinux.bin", "isohdpfx.bin", "ldlinux.c32"])
    }

    @Test func grubStartsAHypervisor() {
        var menu = GrubMenu(
            title: "Xen", mark: "/boot/0x01020304", kernel: "/boot/x86_64/loader/linux",
            initrd: "/boot/x86_64/loader/initrd",
            entries: [.linux(title: "Xen", options: "quiet rd.live.image"), .hardDisk(title: "Disk")])
        menu.hypervisor = "/boot/x86_64/loader/xen.gz"
        menu.output = ["console"]
        #expect(goldenDifference(menu.text, "menu-xen.cfg") == nil)
    }
}
