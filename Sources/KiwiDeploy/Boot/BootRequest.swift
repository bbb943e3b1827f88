import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What a person asked `image boot` for; `prepared` turns it into a machine or says what is missing.
public struct BootRequest: Sendable {
    public var image: String?
    public var medium: MachineOptions.Medium?
    /// For which architecture the machine is; nil asks the name of the image, and takes this machine's if that says nothing.
    public var architecture: Architecture?
    /// nil for what machines of the architecture usually have.
    public var firmware: Firmware?
    /// Firmware that starts only what is signed.
    public var secure = false
    public var sectorBytes = 512
    public var memoryMiB = 2048
    public var disks: [String] = []
    public var write = false
    public var kernel: String?
    public var initrd: String?
    public var append = ""
    public var console: MachineOptions.Console = .headless
    public var network: MachineOptions.Network = .none

    public typealias Firmware = MachineOptions.Firmware

    public init() {}

    /// Checks files and tools; everything but the acceleration is decided here.
    /// - Throws: `Failure`: usage for missing files, machine for missing tools, all at once.
    public func prepared(
        firmware find: (_ kind: MachineKind, _ secure: Bool) -> FirmwareFiles? = {
            FirmwareFiles.find(for: $0, secure: $1)
        },
        program lookup: (String) -> String? = { ToolCheck.find($0) }
    ) throws -> MachineOptions {
        var machine = MachineOptions()
        machine.kind = try kind()
        machine.memoryMiB = memoryMiB
        machine.processors = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))
        machine.write = write
        machine.console = console
        machine.network = network
        machine.image = try image.map(drive)
        machine.disks = try disks.map(drive)
        machine.medium = medium ?? Self.medium(of: image ?? "")
        if let kernel {
            for file in [kernel, initrd].compactMap({ $0 }) { try checkReadable(file) }
            machine.direct = .init(kernel: kernel, initrd: initrd, append: append)
        }
        var lacks: [Diagnostic] = []
        if lookup(machine.program) == nil {
            lacks.append(
                Self.missing(
                    machine.program, package: machine.kind.programPackage, to: "run a virtual machine"))
        }
        if lookup("setpriv") == nil {
            lacks.append(
                Self.missing("setpriv", package: "util-linux", to: "end the machine together with kiwi"))
        }
        machine.isSecure = secure
        machine.sectorBytes = sectorBytes
        // A kernel that is started directly needs no firmware where there is no BIOS anyway.
        if firmware == .uefi || firmware == nil && machine.kind.firmware == .uefi && machine.direct == nil {
            machine.uefi = find(machine.kind, secure)
            if machine.uefi == nil {
                let name = machine.kind == .x86 ? "OVMF" : "AAVMF"
                lacks.append(
                    Self.missing(name, package: machine.kind.firmwarePackage, to: "boot with UEFI firmware"))
            }
        }
        if !lacks.isEmpty { throw Failure(.machineLacks, lacks) }
        return machine
    }

    private func kind() throws -> MachineKind {
        let wanted = architecture ?? Architecture(resultFile: image ?? kernel ?? "") ?? .host
        guard let kind = MachineKind(for: wanted) else {
            let known = MachineKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                .usage,
                Diagnostic(
                    "unsupported-machine", "machines for \(wanted.rawValue) are not known here",
                    remedy: "images for \(known) can be booted; --target-arch says which one it is"))
        }
        if firmware == .bios, kind.firmware != .bios {
            throw Failure(
                .usage,
                Diagnostic(
                    "unsupported-machine", "\(wanted.rawValue) machines have no BIOS",
                    remedy: "leave out --firmware bios"))
        }
        return kind
    }

    /// ISO images are CDs unless said otherwise, everything else is a disk.
    static func medium(of file: String) -> MachineOptions.Medium {
        file.lowercased().hasSuffix(".iso") ? .cdrom : .disk
    }

    private func drive(_ file: String) throws -> MachineOptions.Drive {
        try checkReadable(file)
        if write, !FileManager.default.isWritableFile(atPath: file) {
            throw Failure(
                .usage,
                Diagnostic("file-not-writable", "\(file) cannot be written", remedy: "leave out --write"))
        }
        return MachineOptions.Drive(file: file, format: DriveFormat(file: file) ?? .raw)
    }

    private func checkReadable(_ file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(.usage, Diagnostic("file-missing", "\(file) does not exist"))
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw Failure(.usage, Diagnostic("file-not-readable", "\(file) cannot be read by this user"))
        }
    }

    private static func missing(_ tool: String, package: String, to reason: String) -> Diagnostic {
        Diagnostic(
            "tool-missing", "'\(tool)' is not installed; it is needed to \(reason)",
            remedy: "install the package that brings it; on Debian: apt-get install \(package)")
    }
}
