import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiBoot

@Suite struct SystemdBootTests {
    private let plain = "usr/lib/systemd/boot/efi/systemd-bootx64.efi"

    private func find(_ files: [String], signed: Bool) throws -> SystemdBoot? {
        let tree = try SampleTree(Dictionary(uniqueKeysWithValues: files.map { ($0, $0) }))
        defer { tree.remove() }
        return SystemdBoot.find(for: .efi64, signed: signed, matches: tree.reader.matches)
    }

    @Test func theSignedProgramIsForSecureBoot() throws {
        let files = [plain, "\(plain).signed"]
        #expect(try find(files, signed: false)?.program == "/\(plain)")
        let signed = try #require(try find(files, signed: true))
        #expect(signed.program == "/\(plain).signed")
        #expect(signed.warning(at: nil)?.message.contains("no signed shim") == true)
        #expect(
            try find([plain], signed: true)?.warning(at: nil)?.message.contains("no signed systemd-boot")
                == true)
        #expect(try find([], signed: true) == nil)
    }

    @Test func shimStartsItUnderTheNameOfGrub() throws {
        let files = [
            "\(plain).signed", "usr/lib/shim/shimx64.efi.signed", "usr/lib/shim/mmx64.efi.signed",
        ]
        let found = try #require(try find(files, signed: true))
        #expect(found.warning(at: nil) == nil)
        #expect(
            found.destinations(for: .efi64).map { "\($0.place) <- \($0.source)" } == [
                "EFI/systemd/systemd-bootx64.efi <- /\(plain).signed",
                "EFI/BOOT/BOOTX64.EFI <- /usr/lib/shim/shimx64.efi.signed",
                "EFI/BOOT/grubx64.efi <- /\(plain).signed",
                "EFI/BOOT/mmx64.efi <- /usr/lib/shim/mmx64.efi.signed",
            ])
        let unsigned = try #require(try find([plain], signed: false))
        #expect(
            unsigned.destinations(for: .efi64).map(\.place) == [
                "EFI/systemd/systemd-bootx64.efi", "EFI/BOOT/BOOTX64.EFI",
            ])
    }

    @Test func itsFilesGoToTheEFIPartition() throws {
        let tree = try SampleTree([plain: "program"])
        defer { tree.remove() }
        let found = try #require(SystemdBoot.find(for: .efi64, signed: false, matches: tree.reader.matches))
        let efi = MediaFolder("\(tree.path)/esp")
        try FileSystem.makeFolder(efi.path)
        try found.install(for: .efi64, from: tree.reader, to: efi)
        #expect(try efi.contents().files == ["EFI/BOOT/BOOTX64.EFI", "EFI/systemd/systemd-bootx64.efi"])
        #expect(try FileSystem.readText("\(efi.path)/EFI/BOOT/BOOTX64.EFI") == "program")
    }

    @Test func configuration() {
        #expect(SystemdBoot.configuration(timeout: 3) == "timeout 3\nconsole-mode max\neditor no\n")
    }

    @Test func anEntryIsOneLineForEachField() {
        var entry = BootEntry(
            system: "debian", title: "Two\nlines", kernelVersion: "6.1.0-10-amd64",
            kernel: "/os/vmlinuz-6.1.0-10-amd64", initrd: "/os/initrd.img-6.1.0-10-amd64",
            options: "root=UUID=1 x=\"a b\"")
        #expect(entry.name == "debian-6.1.0-10-amd64.conf")
        #expect(
            entry.text == """
                title Two lines
                version 6.1.0-10-amd64
                sort-key debian
                options root=UUID=1 x="a b"
                linux /os/vmlinuz-6.1.0-10-amd64
                initrd /os/initrd.img-6.1.0-10-amd64

                """)
        entry.initrd = nil
        #expect(!entry.text.contains("initrd"))
    }

    @Test func anEFIProgramGetsTheTimeOfTheBuild() throws {
        let tree = try SampleTree([:])
        defer { tree.remove() }
        var program = [UInt8](repeating: 7, count: 512)
        program.put(UInt32(0x80), at: 0x3c)
        program.put(Array("PE\0\0".utf8), at: 0x80)
        try FileSystem.makeFolder(tree.path)
        try FileSystem.write(program, to: "\(tree.path)/a.efi")
        try EFIProgram.setTime(0x0102_0304, of: "\(tree.path)/a.efi")
        program.put([4, 3, 2, 1], at: 0x88)
        program.put([0, 0, 0, 0], at: 0xd8)
        #expect(try FileSystem.readBytes("\(tree.path)/a.efi") == program)
    }

    @Test func linksDoNotLeadOutOfAFileSystem() throws {
        let tree = try SampleTree(["EFI/a": "a"])
        defer { tree.remove() }
        try FileSystem.makeLink("\(tree.path)/EFI/b", to: "/etc/hostname")
        #expect(try MediaFolder(tree.path).contents(plain: true).files == ["EFI/a"])
        #expect(try MediaFolder(tree.path).contents().files == ["EFI/a", "EFI/b"])
    }
}
