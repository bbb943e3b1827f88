import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import Testing

@Suite struct BootFirmwareTests {
    private func firmware(_ attributes: [String: String], _ architecture: Architecture = .x86_64) throws
        -> BootFirmware
    {
        var type = ImageType(image: "iso")
        for (name, value) in attributes {
            type.attributes[name] = Located(value, at: Position(file: "c", line: 3, column: 1))
        }
        return try BootFirmware(type: type, architecture: architecture)
    }

    @Test func unsetMeansBothOnPCs() throws {
        let both = try firmware([:])
        #expect(both.platforms == [.bios, .efi64])
        #expect(both.bios == .preferred && both.efi == .preferred && both.table == .gpt)
    }

    @Test func biosMeansAnMBR() throws {
        let bios = try firmware(["firmware": "bios"])
        #expect(bios.platforms == [.bios] && bios.table == .msdos)
    }

    @Test func efiKeepsTheLegacyLoaderUnlessForbidden() throws {
        #expect(try firmware(["firmware": "efi"]).platforms == [.bios, .efi64])
        #expect(try firmware(["firmware": "efi", "eficsm": "false"]).platforms == [.efi64])
        #expect(try firmware(["firmware": "efi", "eficsm": "true"]).bios == .required)
        #expect(try firmware(["firmware": "uefi", "efiparttable": "msdos"]).table == .msdos)
        #expect(try firmware(["firmware": "efi", "gpt_hybrid_mbr": "true"]).hybridMBR)
    }

    @Test func otherArchitectures() throws {
        #expect(try firmware([:], Architecture(rawValue: "aarch64")).platforms == [.efiARM64])
        #expect(try firmware([:], Architecture(rawValue: "i686")).platforms == [.bios])
    }

    @Test(arguments: [("ofw", "x86_64"), ("ec2", "x86_64"), ("bios", "aarch64"), ("efi", "i586")])
    func whatCannotBeIsRefusedAtItsLine(_ value: String, _ architecture: String) {
        #expect {
            try firmware(["firmware": value], Architecture(rawValue: architecture))
        } throws: { error in
            (error as? Failure)?.diagnostics.first?.position?.line == 3
        }
    }

    @Test func s390IsNotBuilt() {
        #expect(throws: Failure.self) { try firmware([:], Architecture(rawValue: "s390x")) }
    }
}
