import Foundation
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiDescription
@testable import KiwiImage

@Suite struct KISTests {
    private func image(_ type: String = "kis", _ attributes: [String: String] = [:]) -> ResolvedImage {
        var image = Samples.image(attributes)
        image.type.image = type
        image.initrdSystem = attributes["initrd_system"] ?? (type == "pxe" ? "kiwi" : "dracut")
        return image
    }

    private func plan(_ image: ResolvedImage) throws -> String {
        let steps = try KISImagePlanner().steps(
            for: image, tree: .layer("configuration"), options: CreateOptions())
        let plan = BuildPlan(
            steps: steps,
            given: [
                .layer("configuration"), .value("clock"), .value("device-nodes"), .value("used-repositories"),
            ])
        try plan.check()
        return try PlanPrinter.text(plan)
    }

    @Test func plans() throws {
        let archive = image(
            "kis", ["filesystem": "ext4", "kernelcmdline": "quiet", "rootfs_label": "SYSTEM"])
        #expect(try goldenDifference(plan(archive), "plan-kis.txt") == nil)
        let files = image(
            "pxe",
            ["filesystem": "squashfs", "compressed": "true", "archive": "false", "initrd_system": "dracut"])
        #expect(try goldenDifference(plan(files), "plan-pxe.txt") == nil)
        #expect(try goldenDifference(plan(image()), "plan-kis-kernel.txt") == nil)
        var encrypted = image(
            "kis", ["filesystem": "ext4", "luks": "the passphrase", "luks_version": "luks1"])
        encrypted.type.luksFormatOptions = ["--iter-time", "2000"]
        #expect(try goldenDifference(plan(encrypted), "plan-kis-luks.txt") == nil)
        #expect(try !plan(encrypted).contains("the passphrase"))
    }

    /// `split` of KIWI 1: two images, for the netboot client.
    @Test func splitImages() throws {
        var image = image("pxe", ["filesystem": "squashfs", "initrd_system": "dracut", "archive": "false"])
        var facts = LegacyFacts(typeName: "split", schemaVersion: "1.4")
        facts.readWriteFileSystem = Located("ext3")
        image.type.legacy = facts
        #expect(try goldenDifference(plan(image), "plan-split.txt") == nil)
        image.type.legacy?.readWriteFileSystem = Located("squashfs")
        #expect(try !plan(image).contains("read-only"))
    }

    @Test func partsOfASplitImage() {
        let top = ["bin", "etc", "usr", "usrlocal"]
        let excluded = ["image", "usr/share/x", "run/lock"]
        #expect(SplitPart.readWrite.excluded(excluded, top: top) == ["image", "run/lock", "usr"])
        #expect(SplitPart.readOnly.excluded(excluded, top: top) == ["bin", "etc", "usr/share/x", "usrlocal"])
        #expect(SplitPart.readOnly.holds("usr/bin"))
        #expect(!SplitPart.readOnly.holds("usrlocal"))
    }

    @Test func deploySectionsOfOldDescriptions() throws {
        var image = image("pxe", ["filesystem": "ext4", "initrd_system": "dracut", "archive": "false"])
        let old = Position(file: "config.xml", line: 33, column: 5)
        func deploy(_ device: String) throws -> LegacyFacts {
            var facts = LegacyFacts(typeName: "pxe", schemaVersion: "4.1")
            facts.deploy = try JSONDecoder().decode(
                LegacyFacts.Deploy.self,
                from: Data(
                    #"{"device": "\#(device)", "server": "10.0.0.1", "partitions": [], "configurations": []}"#
                        .utf8))
            facts.deploy?.position = old
            return facts
        }
        #expect(try !plan(image).contains("config.default"))
        image.type.legacy = try deploy("/dev/sda")
        let text = try plan(image)
        #expect(
            text.contains("config.default") && text.contains("write the configuration of network clients"))
        image.type.legacy = try deploy("sda")
        let failure = #expect(throws: Failure.self) { try plan(image) }
        #expect(failure?.diagnostics.map(\.position) == [old] && failure?.diagnostics[0].remedy != nil)
    }

    @Test func whatIsNotBuiltIsRefusedAtItsLine() throws {
        let generated = image("kis", ["filesystem": "ext4", "luks": "random"])
        for (image, line) in [(image("pxe", ["boot": "netboot/x"]), 10), (generated, 12)] {
            #expect {
                try plan(image)
            } throws: { error in
                (error as? Failure)?.diagnostics.map { $0.position?.line } == [line]
            }
        }
    }

    @Test func saysWhatHasNoEffect() {
        let without = KISImagePlanner().notes(
            for: image("kis", ["compressed": "true", "fscreateoptions": "-i 8192", "kernelcmdline": "quiet"]))
        #expect(without.compactMap { $0.position?.line }.sorted() == [11, 12, 13])
        #expect(
            KISImagePlanner().notes(for: image("kis", ["filesystem": "ext4", "kernelcmdline": "x"])) == [])
    }

    /// Sizes whose blocks are easy to find by hand.
    private static let sizes: [(Int64, String)] = [
        (960_495_616, "117248 8192"), (7, "1 7"), (8192, "1 8192"), (16384, "2 8192"), (30030, "13 2310"),
        (9973, "9973 1"), (29919, "9973 3"), (0, "0 1"),
    ]

    @Test(arguments: sizes) func checksumsCountBlocks(_ bytes: Int64, _ blocks: String) {
        #expect(KIWIChecksum(hash: "ab", bytes: bytes).text == "ab \(blocks)\n")
    }

    @Test func checksumOfACompressedImageHasBothSizes() {
        #expect(KIWIChecksum(hash: "ab", bytes: 16_384, compressedBytes: 7).text == "ab 2 8192 1 7\n")
    }

    @Test func appendLine() {
        #expect(WriteAppendLine.text(uuid: "u", own: nil) == "root=UUID=u")
        #expect(
            WriteAppendLine.text(uuid: "u", own: "console=ttyS0  quiet") == "root=UUID=u console=ttyS0  quiet"
        )
        #expect(WriteAppendLine.text(uuid: "u", own: "ro root=/dev/nfs") == "ro root=/dev/nfs")
        #expect(WriteAppendLine.text(uuid: nil, own: "quiet") == "quiet")
        #expect(WriteAppendLine.text(uuid: "u", volume: "v", own: "x") == "root=UUID=u rd.luks.uuid=v x")
        #expect(
            WriteAppendLine.text(uuid: nil, volume: "v", own: nil)
                == "root=/dev/mapper/luks-v rd.luks.uuid=v")
        #expect(
            WriteAppendLine.text(uuid: "u", volume: "v", own: "rd.luks.name=v=root root=/dev/mapper/root")
                == "rd.luks.name=v=root root=/dev/mapper/root")
    }
}
