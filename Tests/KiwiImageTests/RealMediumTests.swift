import Foundation
import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox
import Testing

@testable import KiwiImage

/// Runs the real tools on a tiny tree, without a sandbox.
@Suite struct RealMediumTests {
    /// One medium made in a folder of its own.
    private struct Medium {
        let folder: String
        let workspace: Workspace
        private let tree = Artifact.layer("tree")

        init() throws {
            folder = NSTemporaryDirectory() + "kiwi-medium-\(UUID().uuidString)"
            for name in ["tree", "target", "scratch", "bulk"] {
                try FileSystem.makeFolder("\(folder)/\(name)")
            }
            let log = BuildLog()
            var settings = BuildSettings()
            settings.sourceDateEpoch = 1_700_000_000
            workspace = Workspace(
                runner: ProcessRunner(log: log), log: log,
                folders: WorkFolders(
                    target: "\(folder)/target", cache: "\(folder)/cache", scratch: "\(folder)/scratch",
                    bulk: "\(folder)/bulk"),
                artifacts: ArtifactStore(folder: "\(folder)/bulk"),
                layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false), settings: settings
            )
        }

        func remove() { try? FileSystem.removeTree(folder) }

        /// Everything but dracut, which needs a real tree.
        func make(_ attributes: [String: String], files: [String: String] = [:]) async throws -> String {
            let root = "\(folder)/tree"
            let modules = ["squashfs", "overlay", "erofs", "ext4"].map { "kernel/\($0).ko:\n" }.joined()
            var content = [
                "boot/vmlinuz-6.1.0-1": "kernel", "boot/config-6.1.0-1": "CONFIG_SQUASHFS_ZSTD=y\n",
                "usr/lib/modules/6.1.0-1/modules.dep": modules, "etc/hostname": "demo\n", "tmp/left": "x",
                "image/config.xml": "<image/>",
            ]
            content.merge(files) { $1 }
            for (name, text) in content {
                try FileSystem.makeFolder(FileSystem.parent(of: "\(root)/\(name)"))
                try FileSystem.write(text, to: "\(root)/\(name)")
            }
            workspace.layers.adopt(tree, folder: root)
            await workspace.artifacts.setGivenKey(tree, "key of the tree")
            let image = Samples.image(attributes)
            let inspection = try #require(
                LiveImagePlanner().steps(for: image, tree: tree, options: CreateOptions()).first
                    as? InspectTree)
            let facts = try #require(inspection.inspect(TreeReader(root), resources: nil).facts)
            try await workspace.set(.treeFacts, facts)
            try await workspace.set(.imageIDs, ImageIDs(treeKey: "key of the tree", type: "iso"))
            try await workspace.set(.clock, Int64(1_700_000_000))
            try await workspace.set(.deviceNodes, [DeviceNode]())
            try await workspace.set(.usedRepositories, [UsedRepository]())
            try await FileSystem.write("initrd of the test", to: workspace.newFile(.initrd))
            var options = CreateOptions()
            options.writeLists = false
            for step in try LiveImagePlanner().steps(for: image, tree: tree, options: options)
            where step.id != "inspect" && step.id != "initrd" {
                try await step.run(in: workspace)
            }
            return "\(folder)/target/demo.x86_64-1.2.3.iso"
        }

        func report(_ iso: String) async throws -> String {
            try await workspace.runner.run(
                ToolCall(
                    "xorriso",
                    [
                        "-indev", "stdio:\(iso)", "-pvd_info", "-report_el_torito", "plain",
                        "-report_system_area",
                        "plain", "-find", "/", "-type", "f", "-exec", "lsdl", "--",
                    ], output: .capture())
            ).output
        }
    }

    @Test func equalInputsGiveEqualBytes() async throws {
        let first = try Medium()
        let second = try Medium()
        defer {
            first.remove()
            second.remove()
        }
        let attributes = ["mediacheck": "true", "volid": "SAME"]
        let one = try await first.make(attributes)
        try await Task.sleep(for: .milliseconds(1100))
        let two = try await second.make(attributes)
        #expect(try Digest(ofFile: one) == Digest(ofFile: two))
    }

    @Test func theMediumBootsByBothFirmwares() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let report = ISOReport(try await medium.report(medium.make([:])))
        #expect(report.bootEntries == ["BIOS", "UEFI"])
        #expect(report.hasGPT && report.hasMBR)
        for name in [
            "/boot/grub/grub.cfg", "/boot/grub/loopback.cfg", "/boot/mbrid", "/boot/x86_64/loader/linux",
            "/boot/x86_64/loader/initrd", "/boot/x86_64/loader/eltorito.img", "/EFI/BOOT/BOOTX64.EFI",
            "/EFI/BOOT/grub.cfg", "/LiveOS/squashfs.img",
        ] { #expect(report.files[name] != nil, "\(name)") }
        #expect(report.files.keys.contains { $0.hasPrefix("/boot/0x") })
    }

    @Test func biosAloneHasAnMBR() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let report = ISOReport(try await medium.report(medium.make(["firmware": "bios"])))
        #expect(report.bootEntries == ["BIOS"])
        #expect(!report.hasGPT)
        #expect(report.files["/EFI/BOOT/BOOTX64.EFI"] == nil)
    }

    /// BIOS machines by isolinux with the user's menu, UEFI by GRUB; files of the user for the medium.
    @Test(arguments: ["gpt", "msdos"])
    func aMenuOfTheUserBringsIsolinux(_ table: String) async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let iso = try await medium.make(
            ["efiparttable": table],
            files: [
                "image/cdboot/isolinux.cfg": "label own\n kernel linux\n",
                "image/cdboot/isolinux.msg": "Hello\n",
                "image/cdboot/isolinux.sh": "exit 1\n", "image/config-cdroot/docs/README": "For readers\n",
                "usr/share/syslinux/isolinux.bin": String(repeating: "x", count: 40000),
                "usr/share/syslinux/ldlinux.c32": "module",
            ])
        let report = ISOReport(try await medium.report(iso))
        #expect(report.bootEntries == ["BIOS", "UEFI"])
        #expect(report.hasGPT == (table == "gpt"))
        for name in [
            "/boot/x86_64/loader/isolinux.bin", "/boot/x86_64/loader/isolinux.msg", "/docs/README",
            "/boot/x86_64/loader/ldlinux.c32", "/boot/isolinux/ldlinux.c32", "/EFI/BOOT/BOOTX64.EFI",
            "/boot/grub/grub.cfg",
        ] { #expect(report.files[name] != nil, "\(name)") }
        for name in ["/boot/x86_64/loader/isolinux.sh", "/boot/x86_64/loader/eltorito.img"] {
            #expect(report.files[name] == nil, "\(name)")
        }
        let menu = try FileSystem.readText(
            "\(try await medium.workspace.file(.loader))/media/boot/x86_64/loader/isolinux.cfg")
        #expect(menu.contains("  append initrd=initrd root=live:CDLABEL=CDROM rd.live.image"))
    }

    @Test func aXenHostHasTheHypervisorOnTheMedium() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let iso = try await medium.make(
            ["xen_server": "true"],
            files: ["boot/xen-4.9-amd64.gz": "old", "boot/xen-4.17-amd64.gz": "newer"])
        #expect(ISOReport(try await medium.report(iso)).files["/boot/x86_64/loader/xen.gz"] == 5)
        let menu = try FileSystem.readText(
            "\(try await medium.workspace.file(.loader))/media/boot/grub/grub.cfg")
        #expect(menu.contains("multiboot2 ($root)/boot/x86_64/loader/xen.gz"))
    }

    /// The boot code reads the tag with its own program.
    @Test func theBootCodeAcceptsTheTag() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let iso = try await medium.make(["mediacheck": "true"])
        let script = try BootResources.locate().dracutModules + "/55kiwi-live/kiwi-media-check.sh"
        let check = ToolCall("bash", [script, iso], output: .capture(), successCodes: [0, 1, 2])
        #expect(try await medium.workspace.runner.run(check).exitCode == 0)
        let file = try #require(FileHandle(forUpdatingAtPath: iso))
        try file.seek(toOffset: 200_000)
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
        #expect(try await medium.workspace.runner.run(check).exitCode == 1)
    }

    @Test func leftOutFilesAreNotInTheSystem() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        _ = try await medium.make([:])
        let list = ToolCall(
            "unsquashfs", ["-l", try await medium.workspace.file(.payload)], output: .capture())
        let names = try await medium.workspace.runner.run(list).output
        #expect(names.contains("squashfs-root/etc/hostname"))
        #expect(!names.contains("squashfs-root/image") && !names.contains("tmp/left"))
    }

    @Test(arguments: ["ext4", "erofs"])
    func otherFileSystemsAreEqualToo(_ kind: String) async throws {
        var digests: [Digest] = []
        for _ in 0..<2 {
            let medium = try Medium()
            defer { medium.remove() }
            _ = try await medium.make(["filesystem": kind])
            digests.append(try await Digest(ofFile: medium.workspace.file(.payload)))
            try await Task.sleep(for: .milliseconds(1100))
        }
        #expect(digests[0] == digests[1])
    }

    @Test func aSizeThatIsTooSmallSaysByHowMuch() throws {
        var image = Samples.image()
        image.type.size = .init(position: Samples.position(40), bytes: 1 << 20)
        let options = FileSystemOptions(image, kind: .ext4, isWritable: false)
        #expect {
            try options.size(for: .init(apparentBytes: 9 << 20, blockBytes: 10 << 20, entries: 10))
        } throws: { error in
            let found = (error as? Failure)?.diagnostics.first
            return found?.position == Samples.position(40)
                && found?.message.contains("needs 13 MiB, has 1 MiB") == true
        }
    }

    @Test func anArchiveOfTheUserIsUnpackedButLeadsNowhere() async throws {
        let medium = try Medium()
        defer { medium.remove() }
        let place = "\(medium.folder)/tree/image"
        try FileSystem.makeFolder("\(medium.folder)/cd")
        #expect(symlink("/tmp", "\(medium.folder)/cd/boot") == 0)
        try FileSystem.makeFolder(place)
        try await medium.workspace.runner.run(
            ToolCall("tar", ["-cf", "\(place)/config-cdroot.tar", "-C", "\(medium.folder)/cd", "boot"]))
        await #expect {
            _ = try await medium.make([:])
        } throws: { ($0 as? Diagnostic)?.code == "media-link" }
    }
}
