import KiwiTesting
import Testing

@testable import KiwiDeploy

@Suite struct MachineArgumentsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var change: @Sendable (inout MachineOptions) -> Void
        var testDescription: String { name }
    }

    static let firmware = FirmwareFiles(code: "/ovmf/CODE.fd", variables: "/ovmf/VARS.fd")
    static let cases: [Case] = [
        Case(name: "cdrom-bios") { $0.medium = .cdrom },
        Case(name: "cdrom-uefi") {
            $0.medium = .cdrom
            $0.uefi = firmware
        },
        Case(name: "usb-uefi-kvm") {
            $0.medium = .usb
            $0.uefi = firmware
            $0.acceleration = .kvm
        },
        Case(name: "disk-write-network") {
            $0.write = true
            $0.network = .user
            $0.memoryMiB = 512
        },
        Case(name: "cdrom-write") {
            $0.medium = .cdrom
            $0.write = true
        },
        Case(name: "direct-kernel") {
            $0.medium = .cdrom
            $0.direct = .init(kernel: "/b/vmlinuz", initrd: "/b/initrd", append: "root=live:CDLABEL=A quiet")
        },
        Case(name: "disks-only-interactive") {
            $0.image = nil
            $0.disks = [.init(file: "/d/a,b.qcow2", format: .qcow2), .init(file: "/d/c.raw")]
            $0.console = .interactive
        },
        Case(name: "cdrom-arm") {
            $0.kind = .aarch64
            $0.medium = .cdrom
            $0.uefi = firmware
        },
        Case(name: "image-and-disk") { $0.disks = [.init(file: "/d/swap.raw")] },
        Case(name: "shares") {
            $0.disks = [.init(file: "/d/cache.raw", isKept: true)]
            $0.shares = [
                .init(tag: "in", folder: "/home/a,b", isReadOnly: true),
                .init(tag: "out", folder: "/home/out", isReadOnly: false),
            ]
            $0.board = "pc"
            $0.processor = "max"
        },
    ]

    @Test(arguments: cases) func arguments(_ test: Case) {
        var machine = MachineOptions()
        machine.image = .init(file: "/images/live.iso")
        test.change(&machine)
        let text = ([machine.program] + machine.arguments).joined(separator: "\n") + "\n"
        let difference = goldenDifference(text, "Machines/\(test.name).txt")
        #expect(difference == nil, "\(difference ?? "")")
    }

    @Test func commasInFileNamesAreDoubled() {
        #expect(MachineOptions.escaped("/a,b,c") == "/a,,b,,c")
    }

    @Test func onlyWriteTouchesFiles() {
        for medium in MachineOptions.Medium.allCases {
            var machine = MachineOptions()
            machine.image = .init(file: "/i")
            machine.disks = [.init(file: "/d")]
            machine.medium = medium
            machine.uefi = Self.firmware
            let drives = machine.arguments.filter { $0.hasPrefix("if=") }
            #expect(drives.allSatisfy { $0.contains("snapshot=on") || $0.contains("readonly=on") })
            machine.write = true
            let pflash = machine.arguments.filter { $0.hasPrefix("if=pflash") }
            #expect(pflash.allSatisfy { $0.contains("snapshot=on") || $0.contains("readonly=on") })
        }
    }
}
