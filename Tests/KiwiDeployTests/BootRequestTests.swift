import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiDeploy

@Suite struct BootRequestTests {
    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kiwi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }

    @Test func isoFilesAreDiscs() throws {
        var request = BootRequest()
        request.image = try file("a.ISO", [1])
        #expect(try request.prepared(firmware: { _, _ in nil }, program: { $0 }).medium == .cdrom)
        request.medium = .usb
        #expect(try request.prepared(firmware: { _, _ in nil }, program: { $0 }).medium == .usb)
        request = BootRequest()
        request.image = try file("a.raw", [1])
        #expect(try request.prepared(firmware: { _, _ in nil }, program: { $0 }).medium == .disk)
    }

    @Test func formatsComeFromTheFirstBytes() {
        #expect(DriveFormat(head: [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]) == .qcow2)
        #expect(DriveFormat(head: Array("KDMV....".utf8)) == .vmdk)
        #expect(DriveFormat(head: Array("vhdxfile".utf8)) == .vhdx)
        #expect(DriveFormat(head: [UInt8](repeating: 0, count: 64) + [0x7f, 0x10, 0xda, 0xbe]) == .vdi)
        #expect(DriveFormat(head: Array("conectix".utf8)) == .vpc)
        #expect(DriveFormat(head: []) == .raw)
    }

    /// A fixed VHD begins like a raw disk; its end tells, and only if all of it fits.
    @Test func fixedVHDsAreKnownByTheirEnd() throws {
        var footer = [UInt8](repeating: 0, count: 512)
        footer.replaceSubrange(0..<8, with: Array("conectix".utf8))
        footer[54] = 2  // 512 bytes
        footer[63] = 2  // fixed
        let sum = ~footer.reduce(UInt32(0)) { $0 + UInt32($1) }
        for index in 0..<4 { footer[64 + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
        let disk = [UInt8](repeating: 0, count: 512)
        #expect(DriveFormat(file: try file("a.vhdfixed", disk + footer)) == .vpc)
        #expect(DriveFormat(file: try file("a.vhdfixed", disk + disk + footer)) == .raw)
        footer[100] = 1
        #expect(DriveFormat(file: try file("a.vhdfixed", disk + footer)) == .raw)
    }

    /// What names other files counts only under the name that a person gave it.
    @Test func descriptionsOfVMDKNeedTheirName() throws {
        let text = Array("# Disk DescriptorFile\nversion=1\n".utf8)
        #expect(DriveFormat(file: try file("a.vmdk", text)) == .vmdk)
        #expect(DriveFormat(file: try file("a.raw", text)) == .raw)
    }

    @Test(
        .enabled(if: ToolCheck.find("qemu-img") != nil, "needs qemu-img"),
        arguments: [
            ("qcow2", DriveFormat.qcow2, ""), ("vmdk", .vmdk, ""),
            ("vmdk", .vmdk, "subformat=monolithicFlat"),
            ("vdi", .vdi, ""), ("vhdx", .vhdx, ""), ("vpc", .vpc, ""), ("vpc", .vpc, "subformat=fixed"),
        ]) func knowsWhatQEMUWrites(_ name: String, _ format: DriveFormat, _ options: String) throws
    {
        let place = try file("disk.\(name)", [])
        let words = ["create", "-q", "-f", name] + (options.isEmpty ? [] : ["-o", options]) + [place, "3M"]
        #expect(ToolOutput.of("qemu-img", words) != nil)
        #expect(DriveFormat(file: place) == format)
    }

    @Test func everythingThatIsMissingIsNamedAtOnce() throws {
        var request = BootRequest()
        request.image = try file("a.iso", [1])
        request.firmware = .uefi
        let failure = try #require(throws: Failure.self) {
            try request.prepared(firmware: { _, _ in nil }, program: { _ in nil })
        }
        #expect(failure.exitCode == .machineLacks)
        #expect(failure.diagnostics.count == 3)
        let remedies = failure.diagnostics.compactMap(\.remedy).joined()
        #expect(remedies.contains("qemu-system-x86") && remedies.contains("ovmf"))
    }

    /// The name of a result says for which machine it is; such machines have their own firmware.
    @Test func theNameOfAResultDecidesTheMachine() throws {
        var request = BootRequest()
        request.image = try file("a.b.aarch64-1.2.iso", [1])
        let firmware = FirmwareFiles(code: "c", variables: "v")
        var machine = try request.prepared(
            firmware: { kind, _ in kind == .aarch64 ? firmware : nil }, program: { $0 })
        #expect(machine.program == "qemu-system-aarch64" && machine.uefi == firmware)
        request.firmware = .bios
        #expect(throws: Failure.self) {
            try request.prepared(firmware: { _, _ in firmware }, program: { $0 })
        }
        request.firmware = nil
        request.architecture = .init(rawValue: "s390x")
        #expect(throws: Failure.self) {
            try request.prepared(firmware: { _, _ in firmware }, program: { $0 })
        }
        request.architecture = .x86_64
        machine = try request.prepared(firmware: { _, _ in firmware }, program: { $0 })
        #expect(machine.program == "qemu-system-x86_64" && machine.uefi == nil)
    }

    @Test func missingFilesAreWrongUsage() throws {
        var request = BootRequest()
        request.image = "/does/not/exist.iso"
        let failure = try #require(throws: Failure.self) { try request.prepared() }
        #expect(failure.exitCode == .usage)
        #expect(failure.diagnostics.map(\.code) == ["file-missing"])
    }

    @Test func firmwareNeedsBothFiles() {
        let only = MachineKind.x86.firmwareCandidates(secure: false)[1]
        #expect(FirmwareFiles.find { $0 == only.code || $0 == only.variables } == only)
        #expect(FirmwareFiles.find { $0 == only.code } == nil)
    }
}

@Suite struct ChildProcessTests {
    @Test func outputAndExitCode() async {
        let result = await capture("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(result.exitCode == 3)
        #expect(result.text.contains("out") && result.text.contains("err"))
    }

    @Test func missingPrograms() async {
        let result = await capture("kiwi-no-such-program", [])
        #expect(result.exitCode != 0)
    }

    @Test func aDeadlineEndsAProgram() async {
        let start = ContinuousClock.now
        let result = await capture("sleep", ["900"], timeout: 0.3)
        #expect(result.timedOut)
        #expect(result.exitCode == 128 + 9)
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    @Test func programsDieWithTheirParent() async throws {
        // The child of a shell that is killed: setpriv's parent-death signal ends it.
        let child = try ChildProcess("sleep", ["60"])
        child.send(15)
        #expect(await child.wait() == Int32(143))
        #expect(child.exitCode == Int32(143))
    }
}
