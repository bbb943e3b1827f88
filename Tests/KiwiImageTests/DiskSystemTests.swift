import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

/// How a disk's system finds its parts, and what installs it.
@Suite struct DiskSystemTests {
    private let ids = ImageIDs(treeKey: "tree", type: "oem")
    private var facts: TreeFacts {
        var facts = TreeFacts(
            kernelVersion: "6.1.0-10-amd64", kernelFile: "/boot/vmlinuz-6.1.0-10-amd64")
        facts.font = "/usr/share/grub/unicode.pf2"
        return facts
    }

    private static let cases: [(name: String, attributes: [String], children: String)] = [
        ("plain", ["kernelcmdline=\"quiet\""], ""),
        ("by label", ["devicepersistency=\"by-label\"", "rootfs_label=\"SYSTEM\""], ""),
        (
            "by partition",
            ["firmware=\"efi\"", "devicepersistency=\"by-partuuid\"", "bootpartition=\"true\""],
            "<oemconfig><oem-swap>true</oem-swap></oemconfig>"
        ),
        ("own root", ["kernelcmdline=\"root=/dev/sda1 quiet\""], ""),
        (
            "volumes", ["fsmountoptions=\"noatime\""],
            "<oemconfig><oem-swap>true</oem-swap></oemconfig><systemdisk name=\"vg\"><volume name=\"home\" filesystem_check=\"true\"/><volume name=\"LVlog\" mountpoint=\"/var/log\"/></systemdisk>"
        ),
        ("raid", ["mdraid=\"mirroring\"", "devicepersistency=\"by-label\""], ""),
        (
            "spare and partitions",
            [
                "spare_part=\"20\"", "spare_part_fs=\"ext4\"", "spare_part_mountpoint=\"/srv\"",
                "root_clone=\"1\"",
            ],
            "<partitions><partition name=\"data\" size=\"10\" mountpoint=\"/var/data\" filesystem=\"xfs\"/></partitions>"
        ),
    ]

    @Test func namesAtBoot() throws {
        var text = ""
        for (name, attributes, children) in Self.cases {
            let image = try DiskSample.image(attributes, children: children)
            let system = try DiskSystem(image)
            let menu = MenuOptions(
                title: "Demo", entries: [], bootloader: image.type.bootloader, folder: "/description")
            let settings = DiskSettings(image, menu: menu)
            text += "== \(name)\n\(system.commandLine(ids))\n\(system.commandLine(ids, failsafe: true))\n"
            text += "-- fstab\n" + system.fstab(ids)
            text += "-- config.partids\n" + system.partitionNumbers
            text += "-- /etc/default/grub\n"
            text += settings.defaultGrub(system, facts, ids).merged(into: "")
            text +=
                "-- initrd: \(MakeInitrdFiles(system: system).files(ids).keys.sorted().joined(separator: " "))\n"
        }
        #expect(goldenDifference(text, "disk-systems.txt") == nil)
    }

    @Test func installationMedium() throws {
        let image = try DiskSample.image(
            [
                "installiso=\"true\"", "installpxe=\"true\"", "installboot=\"failsafe-install\"",
                "volid=\"MY\"",
                "kernelcmdline=\"quiet\"", "install_continue_on_timeout=\"false\"",
            ],
            children: "<oemconfig><oem-unattended>true</oem-unattended></oemconfig>")
        let steps = try DiskImagePlanner().steps(for: image, tree: .layer("t"), options: CreateOptions())
        let loader = try #require(steps.lazy.compactMap { $0 as? MakeLoader }.first)
        #expect(loader.files == ["config.isoclient": "IMAGE=\"\(image.name).raw\"\n"])
        #expect(loader.menu.defaultEntry == 2 && loader.menu.timeout == nil)
        let menu = loader.menu(facts: facts, ids: ids).text
        #expect(menu.contains("quiet loglevel=0 root=install:CDLABEL=MY cdinst=1"))
        #expect(menu.contains("set default=2") && !menu.contains("set timeout="))
        let initrds = steps.compactMap { $0 as? MakeInitrd }
        #expect(initrds.map(\.id) == ["initrd", "install-initrd"])
        #expect(initrds[1].options.omitModules.contains("kiwi-repart"))
        let archive = try #require(steps.lazy.compactMap { $0 as? PackInstallArchive }.first)
        #expect(
            archive.append == "rd.kiwi.install.pxe rd.kiwi.install.image=http://example.com/image.xz quiet\n")
        let results = try #require(steps.last as? PublishResults)
        #expect(
            results.files.map(\.key).contains { $0 == "installation_image" }
                && results.files.map(\.key).contains { $0 == "installation_pxe_archive" })
    }

    /// A volume's size counts at build time only when the disk does not grow by itself.
    @Test func volumesAreSmallWhileTheDiskGrows() throws {
        let disk =
            "<systemdisk><volume name=\"home\" size=\"200M\"/><volume name=\"srv\" freespace=\"50M\"/></systemdisk>"
        let growing = VolumePlan.all(try DiskSample.image([], children: disk))
        #expect(growing.map(\.name) == ["home", "srv", "LVRoot"])
        #expect(growing.allSatisfy { $0.fixedBytes == nil } && growing.map(\.isLast) == [false, false, true])
        let fixed = VolumePlan.all(
            try DiskSample.image(
                [], children: "<oemconfig><oem-resize>false</oem-resize></oemconfig>" + disk))
        #expect(fixed[0].fixedBytes == 200 * ByteCount.mebi && fixed[1].freeBytes == 50 * ByteCount.mebi)
        #expect(try fixed[0].bytes(need: 10, recommended: 10) == 200 * ByteCount.mebi)
        #expect(throws: Failure.self) { try fixed[0].bytes(need: 201 * ByteCount.mebi, recommended: 0) }
        #expect(try growing[1].bytes(need: 5, recommended: 3 * ByteCount.mebi) == 32 * ByteCount.mebi)
    }
}

@Suite struct DiskNameTests {
    private func errors(_ attributes: [String], _ children: String) -> [String] {
        do {
            let image = try DiskSample.image(attributes, children: children)
            _ = try DiskImagePlanner().steps(for: image, tree: .layer("t"), options: CreateOptions())
            return []
        } catch { return ((error as? Failure)?.diagnostics ?? []).map(\.code) }
    }

    @Test func mountPointsStayInTheTree() {
        for mount in ["/../etc", "srv", "/a/./b", "/"] {
            let partition =
                "<partitions><partition name=\"a\" size=\"10\" mountpoint=\"\(mount)\" filesystem=\"ext4\"/></partitions>"
            #expect(errors([], partition) == ["mount-point"], "\(mount)")
        }
        #expect(errors([], "<systemdisk><volume name=\"../x\"/></systemdisk>") == ["mount-point"])
        #expect(errors([], "<systemdisk><volume name=\"var/log\"/></systemdisk>").isEmpty)
    }

    @Test func labelsFit() {
        #expect(errors(["rootfs_label=\"seventeen-letters\""], "") == ["label-too-long"])
        #expect(errors(["rootfs_label=\"sixteen--letters\""], "").isEmpty)
        let partition =
            "<partitions><partition name=\"averylongname\" size=\"40\" filesystem=\"fat16\"/></partitions>"
        #expect(errors([], partition).isEmpty)
    }

    @Test func blanksInFstabAreEscaped() throws {
        let system = try DiskSystem(
            DiskSample.image(
                [],
                children:
                    "<partitions><partition name=\"a\" size=\"10\" mountpoint=\"/my data\" filesystem=\"ext4\"/></partitions>"
            ))
        #expect(system.fstab(ImageIDs(treeKey: "t", type: "oem")).contains(" /my\\040data ext4 "))
    }
}
