import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct DiskLoaderTests {
    private let systemdBoot = "<bootloader name=\"systemd_boot\" timeout=\"3\"/>"
    private let unified = "<initrd action=\"setup\"><dracut uefi=\"true\"/></initrd>"
    private let ids = ImageIDs(treeKey: "tree", type: "oem")
    private var facts: TreeFacts {
        TreeFacts(kernelVersion: "6.1.0-10-amd64", kernelFile: "/boot/vmlinuz-6.1.0-10-amd64")
    }

    private func image(_ attributes: [String], _ children: String) throws -> ResolvedImage {
        try DiskSample.image(attributes + ["kernelcmdline=\"quiet x=a;b\""], children: children)
    }

    private func steps(_ image: ResolvedImage) throws -> [any BuildStep] {
        let steps = try DiskImagePlanner().steps(
            for: image, tree: .layer("configuration"), options: CreateOptions())
        try BuildPlan(
            steps: steps,
            given: [
                .layer("configuration"), .value("clock"), .value("device-nodes"), .value("used-repositories"),
            ]
        ).check()
        return steps
    }

    private func find<Step: BuildStep>(_ type: Step.Type, in image: ResolvedImage) throws -> Step {
        try #require(try steps(image).lazy.compactMap { $0 as? Step }.first)
    }

    /// The errors for an image, as lines with their texts.
    private func errors(_ image: ResolvedImage) -> [String] {
        do {
            _ = try steps(image)
            return []
        } catch {
            return (error as? Failure)?.diagnostics.map { "\($0.position?.line ?? 0): \($0.message)" } ?? []
        }
    }

    private func text(_ files: [String: String]) -> String {
        files.sorted { $0.key < $1.key }.map { "== \($0.key)\n\($0.value)" }.joined()
    }

    // MARK: systemd-boot

    @Test func systemdBootHasEntriesOnTheEFIPartition() throws {
        let image = try image(["firmware=\"efi\""], systemdBoot)
        let step = try find(MakeSystemdBoot.self, in: image)
        #expect(goldenDifference(text(step.files(facts, ids, system: "debian")), "systemd-boot.txt") == nil)
        let system = try DiskSystem(image)
        #expect(system.plan.partitions.map(\.key) == ["efi", "root"])
        #expect(system.fstab(ids).contains(" /boot/efi vfat umask=0077 0 0\n"))
        #expect(try !find(MakeDisk.self, in: image).hasBIOSCode)
    }

    @Test func aUnifiedKernelImageNeedsNoEntry() throws {
        let image = try image(["firmware=\"uefi\""], systemdBoot + unified)
        let files = try find(MakeSystemdBoot.self, in: image).files(facts, ids, system: "debian")
        #expect(!files.keys.contains { $0.hasSuffix(".conf") && $0.contains("/entries/") })
        #expect(try find(MakeInitrd.self, in: image).unifiedCommandLine == .kernelCommandLine)
        #expect(DiskImagePlanner().notes(for: image).map(\.code).contains("unsigned-kernel"))
    }

    @Test func theLoaderIsNotAskedToOpenTheRoot() throws {
        let encrypted = ["firmware=\"efi\"", "luks=\"secret\"", "luks_version=\"luks2\""]
        #expect(try DiskSystem(image(encrypted, "")).needsKey)
        #expect(try !DiskSystem(image(encrypted, systemdBoot)).needsKey)
        #expect(try !DiskSystem(image(encrypted, unified)).needsKey)
    }

    // MARK: unified kernel image

    @Test func grubStartsTheUnifiedKernelImage() throws {
        let image = try image(["firmware=\"efi\""], unified)
        let system = try DiskSystem(image)
        let serial = try #require(system["efi"]).uuid(ids)
        let step = try find(MakeDiskLoader.self, in: image)
        #expect(step.early(facts, ids) == GrubMenu.chain(fileSystem: serial, program: "/EFI/Linux/kiwi.efi"))
        #expect(step.firmware.platforms == [.efi64])
        #expect(system["efi_csm"] == nil && system.plan["efi_csm"] == nil)
    }

    // MARK: GRUB with entries in files

    @Test func anEntryIsAFileWhereGrubCanReadIt() throws {
        var facts = self.facts
        let without = try find(
            MakeDiskLoader.self,
            in: image(["firmware=\"efi\""], "<bootloader name=\"grub2\" bls=\"false\"/>"))
        let step = try find(MakeDiskLoader.self, in: image(["firmware=\"efi\""], ""))
        #expect(step.menu(facts, ids).entryFolder == nil)
        facts.readsEntryFiles = true
        #expect(without.menu(facts, ids).entryFolder == nil)
        let menu = step.menu(facts, ids)
        #expect(menu.entryFolder == "/boot/loader/entries")
        #expect(menu.entries.count == 1)
        #expect(
            goldenDifference(step.entry(facts, ids, system: "fedora").text, "grub-entry.conf") == nil)
        let apart = try find(
            MakeDiskLoader.self, in: image(["firmware=\"efi\"", "bootpartition=\"true\""], ""))
        #expect(apart.menu(facts, ids).entryFolder == "/loader/entries")
    }

    // MARK: custom

    @Test func nothingIsInstalledForACustomLoader() throws {
        let steps = try steps(image(["firmware=\"efi\""], "<bootloader name=\"custom\"/>"))
        #expect(!steps.contains { $0.id == "disk-loader" })
        #expect(steps.contains { $0.id == "disk.efi" })
        let tree = try #require(steps.lazy.compactMap { $0 as? MakeDiskTree }.first)
        #expect(!tree.reads.contains(.diskLoader))
    }

    // MARK: refusals

    @Test func whatCannotStartIsRefusedAtItsLine() throws {
        let loader = errors(try image(["firmware=\"bios\""], systemdBoot))
        #expect(loader == ["6: systemd-boot starts from EFI only, the firmware is \"bios\""])
        let kernel = errors(try image([], unified))
        #expect(kernel == ["5: a unified kernel image starts from EFI only, the firmware is \"bios\""])
        let key = errors(try image(["firmware=\"efi\"", "luks=\"\""], unified))
        #expect(key.count == 1 && key[0].contains("cannot hold the key"))
        for name in ["zipl", "grub2_s390x_emu"] {
            let found = errors(try image(["firmware=\"efi\""], "<bootloader name=\"\(name)\"/>"))
            #expect(found.count == 1 && found[0].contains("'\(name)' is for s390"))
        }
    }

    @Test func whatInstallsADiskNeedsGrubAndAnInitrd() throws {
        let medium = ["firmware=\"efi\"", "installiso=\"true\""]
        #expect(errors(try image(medium, "")).isEmpty)
        #expect(errors(try image(medium, systemdBoot)).map { $0.prefix(3) } == ["5: "])
        #expect(errors(try image(["firmware=\"efi\"", "installpxe=\"true\""], systemdBoot)).isEmpty)
        let network = errors(try image(["firmware=\"efi\"", "installpxe=\"true\""], unified))
        #expect(network.map { $0.prefix(3) } == ["5: "])
    }

    @Test func aSetupIsTheOnlyPlaceForUnifiedImages() throws {
        let image = try image(
            ["firmware=\"efi\""], "<initrd action=\"add\"><dracut uefi=\"true\" module=\"m\"/></initrd>")
        #expect(DiskImagePlanner().notes(for: image).contains { $0.message.contains("action=\"setup\"") })
        #expect(try find(MakeInitrd.self, in: image).unifiedCommandLine == nil)
    }
}
