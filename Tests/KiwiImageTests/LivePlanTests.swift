import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiTesting
import KiwiToolbox
import Testing

@Suite struct LivePlanTests {
    private func plan(_ image: ResolvedImage, early: Bool = true) throws -> String {
        var options = CreateOptions()
        options.packagesLayer = early ? .layer("packages") : nil
        let steps = try ImagePlanners.planner(for: image.type).steps(
            for: image, tree: .layer("configuration"), options: options)
        return try PlanPrinter.text(BuildPlan(steps: steps))
    }

    @Test func defaults() throws {
        #expect(try goldenDifference(plan(Samples.image()), "plan-defaults.txt") == nil)
    }

    @Test func everythingForOverlay() throws {
        var image = Samples.image(
            [
                "firmware": "uefi", "kernelcmdline": "quiet splash", "volid": "DEMO", "publisher": "Me",
                "application_id": "0x12345678", "mediacheck": "true", "hybridpersistent": "true",
                "hybridpersistent_filesystem": "xfs", "squashfscompression": "lz4", "efifatimagesize": "24",
                "editbootconfig": "edit.sh", "gpt_hybrid_mbr": "true", "bundle_format": "%N-%v",
            ],
            bootloader: [
                "name": "grub2", "output_console": "gfxterm serial", "input_console": "serial",
                "serial_line": "--speed=115200", "timeout": "3", "timeout_style": "countdown",
                "video_mode": "1024x768",
            ])
        image.bootloaderTheme = "blue"
        image.initrd.addModules = ["network"]
        #expect(try goldenDifference(plan(image), "plan-overlay-all.txt") == nil)
    }

    @Test func dmsquashNestsExt4() throws {
        let size = ImageType.Size(position: Samples.position(40), bytes: 2 << 30)
        let image = Samples.image(["flags": "dmsquash", "firmware": "bios"], size: size)
        #expect(try goldenDifference(plan(image, early: false), "plan-dmsquash.txt") == nil)
    }

    @Test func erofsDirect() throws {
        let image = Samples.image(
            ["filesystem": "erofs", "erofscompression": "lz4hc", "firmware": "efi", "efiparttable": "msdos"])
        #expect(try goldenDifference(plan(image, early: false), "plan-erofs.txt") == nil)
    }

    @Test func positionsAreNoPartOfKeys() throws {
        var other = Samples.image()
        other.type.position = Samples.position(99)
        let first = try LiveImagePlanner().steps(
            for: Samples.image(), tree: .layer("t"), options: CreateOptions())
        let second = try LiveImagePlanner().steps(for: other, tree: .layer("t"), options: CreateOptions())
        for (left, right) in zip(first, second) where left.reusable {
            #expect(try CanonicalJSON.encode(left) == CanonicalJSON.encode(right), "\(left.id)")
        }
    }

    @Test func initrdAndSystemAreMadeSideBySide() throws {
        let steps = try LiveImagePlanner().steps(
            for: Samples.image(), tree: .layer("t"), options: CreateOptions())
        let initrd = try #require(steps.first { $0.id == "initrd" })
        let payload = try #require(steps.first { $0.id == "payload" })
        #expect(Set(payload.reads).isDisjoint(with: initrd.writes))
        #expect(Set(initrd.reads).isDisjoint(with: payload.writes))
    }

    @Test func otherTypesAreRefusedAtTheType() {
        var type = ImageType(image: "enclave", position: Samples.position(10))
        type.attributes["image"] = Located("enclave", at: Samples.position(10))
        #expect {
            try ImagePlanners.planner(for: type)
        } throws: { error in
            (error as? Failure)?.diagnostics.first?.position == Samples.position(10)
        }
    }
}
