import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox
import Testing

@testable import KiwiImage

/// Disks with an overlay, dm-verity or dm-integrity.
@Suite struct ProtectedDiskTests {
    private let ids = ImageIDs(treeKey: "tree", type: "oem")

    private func system(_ attributes: [String], children: String = "") throws -> DiskSystem {
        try DiskSystem(DiskSample.image(["firmware=\"efi\""] + attributes, children: children))
    }

    private func steps(_ attributes: [String], children: String = "", key: String? = nil) throws
        -> [any BuildStep]
    {
        var options = CreateOptions()
        options.signingKey = key
        return try DiskImagePlanner().steps(
            for: DiskSample.image(["firmware=\"efi\""] + attributes, children: children),
            tree: .layer("t"), options: options)
    }

    private func uuid(_ system: DiskSystem, _ key: String) -> String { system.partitionUUID(key, ids) }

    static let overlay = "overlayroot=\"true\""
    static let verity = ["verity_blocks=\"all\"", "bootpartition=\"true\""]
    static let integrity = ["standalone_integrity=\"true\"", "bootpartition=\"true\""]

    // MARK: names at boot

    @Test func anOverlayNamesBothPartitions() throws {
        let system = try system([Self.overlay, "kernelcmdline=\"quiet\""])
        #expect(system.fileSystems.map(\.key) == ["readonly", "root", "boot", "efi"])
        #expect(
            system.commandLine(ids)
                == "quiet rd.root.overlay.write=/dev/disk/by-uuid/\(ids.rootUUID) root=overlay:PARTUUID=\(uuid(system, "readonly"))"
        )
        let lines = system.fstab(ids).split(separator: "\n")
        #expect(lines.first == "UUID=\(ids.rootUUID) / ext4 defaults 0 1" && lines.count == 3)
        // What the boot partition holds is not packed.
        #expect(system.mounts(below: "/").contains("boot"))
        #expect(system.canGrow)
    }

    @Test func namesFollowThePersistency() throws {
        let system = try system([Self.overlay, "devicepersistency=\"by-label\"", "rootfs_label=\"CHANGES\""])
        #expect(system.overlayWord(ids) == "rd.root.overlay.write=/dev/disk/by-label/CHANGES")
        let own = try self.system([
            Self.overlay, "kernelcmdline=\"rd.root.overlay.write=/dev/x root=/dev/y\"",
        ])
        #expect(own.commandLine(ids) == "rd.root.overlay.write=/dev/x root=/dev/y")
    }

    @Test func anOverlayInMemoryHasNoRootPartition() throws {
        let system = try system([Self.overlay, "overlayroot_write_partition=\"false\""])
        #expect(system["root"] == nil && system.plan["root"] == nil && !system.canGrow)
        #expect(!system.fstab(ids).contains(" / "))
        #expect(system.commandLine(ids) == "root=overlay:PARTUUID=\(uuid(system, "readonly"))")
        #expect(system.initrdModules(ImageType(image: "oem")).own == ["kiwi-lib", "kiwi-overlay"])
    }

    @Test func aVerifiedRootIsReadOnly() throws {
        let system = try system(Self.verity + ["fsmountoptions=\"noatime\""])
        #expect(system.commandLine(ids) == "root=/dev/mapper/verityroot")
        #expect(system.fstab(ids).hasPrefix("/dev/mapper/verityroot / ext4 noatime,ro 0 0\n"))
        let hashes = VerityTree(rootHash: "0f", salt: "aa", uuid: "u", dataBlocks: 7, hashOffset: 28672)
        let device = "/dev/disk/by-partuuid/\(uuid(system, "root"))"
        #expect(
            system.veritytab(hashes, ids)
                == "verityroot \(device) \(device) 0f hash-offset=28672,hash-block-size=4096\n")
        let overlay = try self.system([Self.overlay, "verity_blocks=\"all\""])
        #expect(overlay.commandLine(ids).hasSuffix(" root=overlay:MAPPER=verityroot"))
        #expect(overlay.stack.isEmpty && overlay.veritytab(hashes, ids).contains(uuid(overlay, "readonly")))
    }

    @Test func integrityKeepsTheRootsName() throws {
        let system = try system(Self.integrity + ["integrity_keyfile=\"keys/root.bin\""])
        #expect(system.commandLine(ids) == "root=UUID=\(ids.rootUUID)")
        #expect(system.stack.integrity?.keyFile == "/description/keys/root.bin")
        let table =
            "integrityRoot PARTUUID=\(uuid(system, "root")) /root/root.bin integrity-algorithm=hmac-sha256\n"
        #expect(MakeInitrdFiles(system: system).files(ids)["etc/integritytab"] == table)
        #expect(
            system.keptModules.configuration == """
                add_dracutmodules+=" systemd-integritysetup "
                install_items+=" /etc/integritytab /root/root.bin "

                """)
    }

    // MARK: sizes

    @Test(arguments: [
        ProtectedDiskTests.verity, ProtectedDiskTests.verity + ["embed_verity_metadata=\"true\""],
        ProtectedDiskTests.integrity,
        ProtectedDiskTests.integrity + ["embed_integrity_metadata=\"true\"", "luks=\"x\""],
        ProtectedDiskTests.integrity + ["mdraid=\"mirroring\""],
    ]) func aPartitionHoldsItsContent(_ attributes: [String]) throws {
        let stack = try system(attributes).stack
        for content: Int64 in [4096, 300 << 20, 5 << 30] {
            let bytes = ByteCount.roundUp(stack.partitionBytes(content: content), to: 1 << 20)
            #expect(stack.contentBytes(partition: bytes) >= content)
            #expect(stack.contentBytes(partition: bytes) < bytes && bytes < content + content / 8 + 32 << 20)
        }
    }

    @Test func aNumberOfBlocksIsTheSize() throws {
        let stack = try system(["verity_blocks=\"25600\"", "bootpartition=\"true\""]).stack
        #expect(stack.contentBytes(partition: 1 << 30) == 100 << 20)
        #expect(stack.partitionBytes(content: 1 << 20) == 100 << 20 + VerityTree.bytes(dataBlocks: 25600))
        #expect(throws: Failure.self) { try stack.verity?.check(content: 100 << 20 + 1) }
        try stack.verity?.check(content: 100 << 20)
    }

    /// `<size>` that is too small is an error although no partition takes the rest.
    @Test func aDiskThatIsTooSmallIsRefused() throws {
        let system = try system(
            [Self.overlay, "overlayroot_write_partition=\"false\""], children: "<size unit=\"M\">400</size>")
        let failure = try #require(throws: Failure.self) {
            try system.plan.layout(needs: ["readonly": 300 << 20], ids: system.layoutIDs(ids))
        }
        #expect(failure.diagnostics.map(\.code) == ["size-too-small"])
        _ = try system.plan.layout(needs: ["readonly": 50 << 20], ids: system.layoutIDs(ids))
    }

    // MARK: steps

    @Test func stepsFitTogether() throws {
        let cases = [
            ([Self.overlay, "root_clone=\"1\""], ["disk.readonly"]),
            ([Self.overlay, "verity_blocks=\"all\""], ["disk.readonly", "verity-table"]),
            (
                Self.verity + ["embed_verity_metadata=\"true\""],
                ["disk.root-device", "verity-table", "verification-metadata"]
            ),
            (
                Self.integrity + ["embed_integrity_metadata=\"true\"", "luks=\"x\""],
                ["disk.root-device", "verification-metadata"]
            ),
        ]
        for (attributes, wanted) in cases {
            let steps = try steps(attributes, key: "/key.pem")
            let ids = steps.map { $0.id }
            #expect(Set(wanted).isSubset(of: ids), "\(attributes): \(ids)")
            let boot = try #require(steps.first { $0.id == "disk.boot" })
            #expect(boot.reads.contains(.bootTree) == ids.contains("verity-table"))
            let disk = try #require(steps.first { $0.id == "disk" })
            #expect(
                disk.reads.contains(.verificationMetadata) == ids.contains("verification-metadata"))
            let given: Set<Artifact> = [
                .layer("t"), .clock, .deviceNodes, .value("used-repositories"),
            ]
            try BuildPlan(steps: steps, given: given).check()
        }
    }

    @Test func modulesOfTheInitrd() throws {
        let type = ImageType(image: "oem")
        #expect(
            try system([Self.overlay, "verity_blocks=\"all\""]).initrdModules(type).required
                == ["kiwi-repart", "kiwi-overlay", "kiwi-verity"])
        #expect(try system(Self.integrity).initrdModules(type).required == ["systemd-integritysetup"])
    }

    // MARK: combinations

    @Test(
        arguments: [
            ([ProtectedDiskTests.overlay, "bootpartition=\"false\""], "", 6, "write bootpartition=\"true\""),
            (["verity_blocks=\"all\""], "", 5, "write bootpartition=\"true\""),
            (["standalone_integrity=\"true\""], "", 5, "write bootpartition=\"true\""),
            ([ProtectedDiskTests.overlay, "luks=\"\""], "", 6, "remove one of them"),
            (ProtectedDiskTests.verity + ["mdraid=\"mirroring\""], "", 7, "remove one of them"),
            ([ProtectedDiskTests.overlay], "<systemdisk/>", 6, "remove <systemdisk>, or 'overlayroot'"),
            (ProtectedDiskTests.verity + ["root_clone=\"1\""], "", 7, "remove it"),
            (
                ProtectedDiskTests.integrity + ["target_blocksize=\"4096\""], "", 7,
                "remove 'target_blocksize' or 'standalone_integrity'"
            ),
        ] as [([String], String, Int, String)])
    func refuses(_ attributes: [String], _ children: String, _ line: Int, _ remedy: String) throws {
        let failure = try #require(throws: Failure.self) { try steps(attributes, children: children) }
        #expect(failure.diagnostics.map { $0.position?.line } == [line])
        #expect(failure.diagnostics.map(\.remedy) == [remedy])
    }

    @Test func embeddingNeedsAKey() throws {
        let failure = try #require(throws: Failure.self) {
            try steps(Self.verity + ["embed_verity_metadata=\"true\""])
        }
        #expect(failure.diagnostics.map(\.code) == ["signing-key"])
    }

    @Test func whatHasNoEffectIsSaid() throws {
        func notes(_ attributes: [String], _ children: String = "") throws -> [String] {
            try DiskImagePlanner().notes(for: DiskSample.image(attributes, children: children)).map(\.message)
        }
        let resize = "<oemconfig><oem-resize>true</oem-resize></oemconfig>"
        #expect(
            try notes(Self.integrity + ["integrity_legacy_hmac=\"true\""], resize) == [
                "'integrity_legacy_hmac' has no effect here: without integrity_keyfile there is no HMAC",
                "'oem-resize' has no effect here: nothing can grow on this disk",
            ])
        #expect(try notes([Self.overlay], resize).isEmpty)
    }
}
