import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct SubvolumeTests {
    private let ids = ImageIDs(treeKey: "tree", type: "oem")

    private static let volumes = """
        <systemdisk>
        <volume name="var/log" copy_on_write="false" quota="100M" filesystem_check="true"/>
        <volume name="data" mountpoint="/srv/data" parent="/"/>
        <volume name="home"/>
        </systemdisk>
        """

    private func system(_ attributes: [String] = [], _ children: String = volumes) throws -> DiskSystem {
        try DiskSystem(DiskSample.image(attributes, children: children, fileSystem: "btrfs"))
    }

    private func script(_ attributes: [String] = [], _ children: String = volumes) throws -> String {
        let plan = try #require(try system(attributes, children).subvolumes)
        return SubvolumeScript(plan: plan, clock: 1_700_000_000).lines.map { $0 + "\n" }.joined()
    }

    /// The facts of a tree whose GRUB is upstream's, or SUSE's.
    private func facts(relative: Bool) -> TreeFacts {
        var facts = TreeFacts(kernelVersion: "6.1", kernelFile: "/boot/vmlinuz-6.1")
        facts.readsDefaultSubvolume = relative
        return facts
    }

    private func loader(_ system: DiskSystem) -> MakeDiskLoader {
        MakeDiskLoader(
            tree: .layer("t"), system: system, firmware: BootFirmware(bios: .required, efi: .no),
            menu: MenuOptions(title: "Demo", entries: [], bootloader: nil, folder: "/description"),
            environment: [], packageManager: "apt", because: nil)
    }

    // MARK: what the helper machine does

    @Test func volumesBelowTheRootSubvolume() throws {
        #expect(goldenDifference(try script(), "subvolumes.txt") == nil)
    }

    @Test func snapperWithQuotasReadOnly() throws {
        let attributes = [
            "btrfs_root_is_snapper_snapshot=\"true\"", "btrfs_root_is_readonly_snapshot=\"true\"",
            "btrfs_quota_groups=\"true\"",
        ]
        #expect(goldenDifference(try script(attributes), "subvolumes-snapper.txt") == nil)
    }

    @Test func theTopLevelAsRoot() throws {
        let lines = try script(
            ["btrfs_root_is_subvolume=\"false\""], "<systemdisk><volume name=\"home\"/></systemdisk>")
        #expect(lines.contains("subvolume create /top/home\n"))
        #expect(lines.contains("-o subvol=/ /dev/vdb /target\n"))
        #expect(!lines.contains("set-default") && !lines.contains("@") && !lines.contains("quota"))
    }

    @Test func aParentStandsBeforeWhatIsInIt() throws {
        let lines = try script(
            [],
            """
            <systemdisk>
            <volume name="a" parent="srv/data"/><volume name="data" mountpoint="/srv/x/data" parent="srv"/>
            <volume name="srv" parent="/"/>
            </systemdisk>
            """
        ).split(separator: "\n").filter { $0.contains("subvolume create") }
        #expect(
            lines == [
                "btrfs subvolume create /top/@", "btrfs subvolume create /top/srv",
                "btrfs subvolume create /top/srv/data/a", "btrfs subvolume create /top/srv/srv/x/data",
            ])
    }

    // MARK: what the system sees

    @Test func fstabAndCommandLine() throws {
        let uuid = "UUID=\(ids.rootUUID)"
        let plain = try system()
        #expect(
            plain.fstab(ids) == """
                \(uuid) / btrfs defaults 0 1
                \(uuid) /home btrfs defaults,subvol=@/home 0 0
                \(uuid) /srv/data btrfs defaults,subvol=srv/data 0 0
                \(uuid) /var/log btrfs defaults,subvol=@/var/log 0 2

                """)
        #expect(plain.commandLine(ids) == "root=\(uuid)")
        let named = try system(
            ["btrfs_set_default_volume=\"false\"", "fsmountoptions=\"noatime\""],
            "<systemdisk><volume name=\"@root=sys\"/><volume name=\"home\"/></systemdisk>")
        #expect(
            named.fstab(ids) == """
                \(uuid) / btrfs noatime,subvol=sys 0 1
                \(uuid) /home btrfs noatime,subvol=sys/home 0 0

                """)
        #expect(named.commandLine(ids) == "root=\(uuid) rootflags=subvol=sys")
        let snapper = try system(
            ["btrfs_root_is_snapper_snapshot=\"true\"", "btrfs_root_is_readonly_snapshot=\"true\""],
            "<systemdisk><volume name=\"@root\"/></systemdisk>")
        #expect(
            snapper.fstab(ids) == """
                \(uuid) / btrfs ro 0 0
                \(uuid) /.snapshots btrfs defaults,subvol=@/.snapshots 0 0

                """)
    }

    @Test func withoutSystemDiskNothingIsDivided() throws {
        let attributes = ["btrfs_set_default_volume=\"false\""]
        #expect(try system(attributes, "").subvolumes == nil)
        let image = try DiskSample.image(attributes, fileSystem: "btrfs")
        #expect(
            DiskAttributes.diagnostics(for: image).contains {
                $0.message.contains("btrfs_set_default_volume")
            })
        let lvm = try DiskSample.image(
            [], children: "<systemdisk preferlvm=\"true\"><volume name=\"a\" quota=\"1G\"/></systemdisk>",
            fileSystem: "btrfs")
        #expect(try DiskSystem(lvm).subvolumes == nil)
        #expect(DiskAttributes.diagnostics(for: lvm).contains { $0.message.contains("'quota'") })
    }

    // MARK: GRUB

    @Test func upstreamGRUBCountsFromTheTopLevel() throws {
        let facts = facts(relative: false)
        let snapper = try system(["btrfs_root_is_snapper_snapshot=\"true\""])
        #expect(snapper.loaderPath(of: "/boot/grub", facts) == "/@/.snapshots/1/snapshot/boot/grub")
        #expect(loader(snapper).menu(facts, ids).kernel == "/@/.snapshots/1/snapshot/boot/vmlinuz-6.1")
        #expect(
            loader(snapper).early(facts, ids).contains(
                "set prefix=($root)/@/.snapshots/1/snapshot/boot/grub\n"))
        #expect(try system().loaderPath(of: "/boot/grub", facts) == "/@/boot/grub")
        let boot = try system(
            ["btrfs_root_is_snapper_snapshot=\"true\""],
            "<systemdisk><volume name=\"boot/grub\"/></systemdisk>")
        #expect(boot.loaderPath(of: "/boot/grub", facts) == "/@/boot/grub")
        #expect(boot.loaderPath(of: "/boot/linux", facts) == "/@/.snapshots/1/snapshot/boot/linux")
        let part = try system(["bootpartition=\"true\""])
        #expect(part.loaderPath(of: "/boot/grub", facts) == "/grub")
    }

    @Test func aGRUBThatKnowsDefaultVolumesFollowsThem() throws {
        let facts = facts(relative: true)
        let early = try loader(system()).early(facts, ids)
        #expect(early.hasPrefix("set btrfs_relative_path=\"yes\"\nexport btrfs_relative_path\nsearch "))
        #expect(early.contains("set prefix=($root)/boot/grub\n"))
        // Without a default volume it would look in the wrong place.
        let named = try system(["btrfs_set_default_volume=\"false\""])
        #expect(!loader(named).early(facts, ids).contains("relative"))
        #expect(named.loaderPath(of: "/boot/grub", facts) == "/@/boot/grub")
        let part = try system(["bootpartition=\"true\""])
        #expect(!loader(part).early(facts, ids).contains("relative"))
    }

    // MARK: refusals

    @Test(arguments: [
        ("<volume name=\"../x\"/>", "'@/../x' cannot be"), ("<volume name=\"a,b\"/>", "'@/a,b' cannot be"),
        ("<volume name=\"a b\"/>", "'@/a b' cannot be"),
        ("<volume name=\"a\"/><volume name=\"/a\"/>", "twice"),
        ("<volume name=\"@root=..\"/>", "'..' cannot be"),
    ])
    func pathsThatCannotBe(_ markup: String, _ text: String) throws {
        let failure = try #require(throws: Failure.self) {
            try system([], "<systemdisk>\n\(markup)</systemdisk>")
        }
        #expect(failure.description.contains(text))
        #expect(failure.diagnostics[0].position?.line == 6)
    }

    @Test func snapperNeedsARootSubvolume() throws {
        let failure = try #require(throws: Failure.self) {
            try system(
                ["btrfs_root_is_subvolume=\"false\"", "btrfs_root_is_snapper_snapshot=\"true\""])
        }
        #expect(failure.diagnostics[0].code == "snapper-root")
        #expect(failure.diagnostics[0].position?.line == 5)
    }

    @Test func snapperGetsItsConfiguration() {
        #expect(
            TreeFiles.withRootConfiguration("# x\nSNAPPER_CONFIGS=\"\"\n")
                == "# x\nSNAPPER_CONFIGS=\"root\"\n")
        #expect(TreeFiles.withRootConfiguration("SNAPPER_CONFIGS=\"home\"\n") == nil)
    }

    // MARK: plans

    @Test func theRootAndItsCopiesAreDivided() throws {
        let image = try DiskSample.image(
            ["root_clone=\"1\"", "firmware=\"efi\""], children: Self.volumes, fileSystem: "btrfs")
        let steps = try DiskImagePlanner().steps(for: image, tree: .layer("t"), options: CreateOptions())
        let parts = steps.compactMap { $0 as? MakeDiskPart }
        let divided = parts.filter { $0.subvolumes != nil }.map(\.fileSystem.key).sorted()
        #expect(divided == ["root", "rootclone1"])
        #expect(parts.first { $0.fileSystem.key == "root" }?.tools.contains { $0.tool == "chattr" } == true)
    }
}
