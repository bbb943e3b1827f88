import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Whether guests can run on the processor directly.
///
/// /dev/kvm may exist, may be open to this user and still not run a guest (nested or
/// filtered machines), so the answer comes from running one: a boot sector that
/// leaves through QEMU's debug port.
public struct AccelerationProbe: Sendable {
    public var acceleration: MachineOptions.Acceleration
    /// Why it is emulation; empty for KVM.
    public var reason: String

    /// `mov al, 0x10; out 0xf4, al; hlt` makes QEMU end with (0x10 << 1) | 1.
    static let guest: [UInt8] = [0xb0, 0x10, 0xe6, 0xf4, 0xf4]
    static let guestExitCode: Int32 = 33

    public static func run(_ kind: MachineKind = .x86, device: String = "/dev/kvm") async
        -> AccelerationProbe
    {
        func emulation(_ reason: String) -> AccelerationProbe {
            AccelerationProbe(acceleration: .tcg, reason: reason)
        }
        guard kind == .x86, MachineKind(for: .host) == kind else {
            return emulation("acceleration is for x86_64 images on x86_64 machines")
        }
        guard access(device, F_OK) == 0 else { return emulation("\(device) does not exist") }
        guard access(device, R_OK | W_OK) == 0 else {
            return emulation("no permission to use \(device); membership in its group gives it")
        }
        guard let sector = bootSector() else { return emulation("no room for a test guest") }
        defer { close(sector) }
        let result = await capture(
            kind.program,
            [
                "-nodefaults", "-no-user-config", "-machine", "pc", "-accel", "kvm", "-cpu", "host", "-m",
                "16",
                "-display", "none", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
                "-drive", "if=floppy,format=raw,readonly=on,file=/dev/fd/0",
            ], input: .descriptor(sector), timeout: 10)
        if result.exitCode == guestExitCode { return AccelerationProbe(acceleration: .kvm, reason: "") }
        if result.timedOut { return emulation("\(device) exists, but a test guest did not run") }
        let line = result.text.split(separator: "\n").first.map { ": \($0)" } ?? ""
        return emulation("\(device) exists, but a test guest failed\(line)")
    }

    /// A floppy image that has no name any more.
    private static func bootSector() -> Int32? {
        var name = Array("\(FileManager.default.temporaryDirectory.path)/kiwi-probe-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        unlink(name)
        var bytes = [UInt8](repeating: 0, count: 1_474_560)
        bytes.replaceSubrange(0..<guest.count, with: guest)
        bytes[510] = 0x55
        bytes[511] = 0xaa
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
