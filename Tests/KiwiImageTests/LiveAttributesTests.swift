import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox
import Testing

@Suite struct LiveAttributesTests {
    @Test(arguments: ["luks", "verity_blocks"])
    func whatIsNotBuiltIsRefusedAtItsLine(_ name: String) {
        #expect {
            _ = try LiveImagePlanner().steps(
                for: Samples.image([name: "all"]), tree: .layer("t"), options: CreateOptions())
        } throws: { error in
            (error as? Failure)?.diagnostics.map(\.position) == [Samples.position(11)]
        }
    }

    /// Every used attribute changes the plan when it is written.
    @Test(arguments: [
        "kernelcmdline": "quiet", "firmware": "bios", "filesystem": "ext4", "fscreateoptions": "-Xa",
        "squashfscompression": "gzip", "erofscompression": "lz4", "efiparttable": "msdos",
        "gpt_hybrid_mbr": "true",
        "eficsm": "false", "efifatimagesize": "30", "editbootconfig": "x.sh", "volid": "X",
        "application_id": "X",
        "publisher": "X", "flags": "dmsquash", "hybridpersistent": "true", "mediacheck": "true",
        "bundle_format": "%N", "xen_server": "true",
    ])
    func usedAttributesChangeThePlan(_ name: String, _ value: String) throws {
        func text(_ attributes: [String: String]) throws -> String {
            var base = attributes
            if name == "erofscompression" { base["filesystem"] = "erofs" }
            let image = Samples.image(base)
            let steps = try LiveImagePlanner().steps(for: image, tree: .layer("t"), options: CreateOptions())
            return try steps.map {
                "\($0.id) " + String(decoding: try CanonicalJSON.encode($0), as: UTF8.self)
            }
            .joined(separator: "\n")
        }
        #expect(try text([:]) != text([name: value]))
    }

    @Test func otherLoadersAreRefused() {
        let image = Samples.image(bootloader: ["name": "systemd_boot"])
        let errors = LiveAttributes.diagnostics(for: image.type).filter { $0.severity == .error }
        #expect(errors.map(\.position) == [Samples.position(30)])
    }

    @Test(arguments: [
        ["flags": "dmsquash", "filesystem": "erofs"], ["volid": "0123456789012345678901234567890123"],
    ])
    func combinationsThatCannotBe(_ attributes: [String: String]) {
        #expect(throws: Failure.self) { try LiveOptions(Samples.image(attributes)) }
    }
}

@Suite struct DmsquashTests {
    @Test func aWriteAreaIsRefusedAtItsLine() {
        #expect {
            _ = try LiveOptions(Samples.image(["flags": "dmsquash", "hybridpersistent": "true"]))
        } throws: { error in
            (error as? Failure)?.diagnostics.map(\.position) == [Samples.position(12)]
        }
    }

    @Test func theMediaCheckHasNoEntry() throws {
        let image = Samples.image(["flags": "dmsquash", "mediacheck": "true"])
        let options = try LiveOptions(image)
        #expect(options.notes.map(\.position) == [Samples.position(12)])
        #expect(options.entries(title: "X").count == 3)
        #expect(try LiveOptions(Samples.image(["mediacheck": "true"])).entries(title: "X").count == 4)
    }
}
