import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

/// A throwaway virtual machine that does what the build machine's tools cannot do with files: it mounts
/// file systems and copies. Emulated, so that it needs no rights; without network.
///
/// Its system is one small initrd: the programs named here, taken from the build machine with their
/// libraries, and the modules of the root tree's own kernel.
struct GuestMachine: Sendable {
    /// A file that the guest sees as `/dev/vda`, `/dev/vdb`... in this order.
    struct Disk: Sendable {
        var file: String
        var isReadOnly: Bool
    }

    var kernel: GuestKernel
    var disks: [Disk]
    /// Programs the script calls beside bash, mount and umount.
    var programs: [ToolRequirement]
    /// Lines of bash; the first command that fails ends the guest with an error.
    var script: String
    var workspace: Workspace

    /// What guests need on the build machine.
    static let tools =
        [
            ToolRequirement(
                "qemu-system-x86_64", package: "qemu-system-x86", to: "write what this machine cannot mount"),
            ToolRequirement("timeout", package: "coreutils", to: "end a helper machine that hangs"),
            ToolRequirement("ldd", package: "libc-bin", to: "find the libraries of its programs"),
        ] + ownPrograms

    /// What the script around every work calls.
    private static let ownPrograms = [
        ToolRequirement("bash", package: "bash", to: "work in the helper machine"),
        ToolRequirement("insmod", package: "kmod", to: "load the modules of the helper machine"),
        ToolRequirement("mount", package: "mount", to: "mount in the helper machine"),
        ToolRequirement("umount", package: "mount", to: "unmount in the helper machine"),
        ToolRequirement("sleep", package: "coreutils", to: "wait in the helper machine"),
    ]

    /// Modules every guest has: disks.
    static let baseModules = ["virtio_pci", "virtio_blk"]

    /// Seconds after which a guest is given up: emulated, 1 GiB of small files takes about two minutes.
    private static let deadline = 3600

    private static let done = "kiwi-guest: done"

    /// - Throws: `guest-failed` with the last lines of its console.
    func run() async throws {
        try ToolCheck.require(Self.tools + programs)
        let folder = "\(workspace.folders.scratch)/guest-\(workspace.stepID)"
        defer { try? FileSystem.removeTree(folder) }
        try await makeSystem("\(folder)/system")
        let lines = Mutex<[String]>([])
        let finished = Mutex(false)
        var call = ToolCall(
            "timeout", ["--foreground", "\(Self.deadline)", "qemu-system-x86_64"] + arguments(folder))
        call.logPrefix = "guest: "
        call.output = .lines { line in
            if line.contains(Self.done) { finished.withLock { $0 = true } }
            lines.withLock { $0 = Array(($0 + [line]).suffix(8)) }
        }
        try await workspace.runner.run(call)
        guard finished.withLock({ $0 }) else {
            throw Diagnostic(
                "guest-failed", "the helper machine did not finish its work",
                remedy: "look for lines with 'guest:' in the log", notes: lines.withLock { $0 })
        }
    }

    private func arguments(_ folder: String) -> [String] {
        var words = [
            "-nodefaults", "-no-user-config", "-machine", "q35", "-accel", "tcg", "-cpu", "Nehalem", "-smp",
            "\(Processors.count)", "-m", "1024", "-no-reboot", "-display", "none", "-nic", "none", "-serial",
            "stdio", "-monitor", "none", "-kernel", kernel.file, "-initrd", "\(folder)/initrd", "-append",
            "console=ttyS0 quiet panic=-1 mitigations=off",
        ]
        for (index, disk) in disks.enumerated() {
            let file = disk.file.replacing(",", with: ",,")
            // What the guest writes is of use only when it ends well: no need to wait for the disk.
            let options = disk.isReadOnly ? "readonly=on" : "cache=unsafe,discard=unmap,detect-zeroes=unmap"
            words += ["-drive", "if=none,id=disk\(index),format=raw,\(options),file=\(file)"]
            words += ["-device", "virtio-blk-pci,drive=disk\(index)"]
        }
        return words
    }

    // MARK: the guest's system

    private func makeSystem(_ root: String) async throws {
        for name in ["bin", "dev", "proc", "sys", "source", "target", "modules"] {
            try FileSystem.makeFolder("\(root)/\(name)")
        }
        for (index, module) in kernel.modules.enumerated() {
            // The script loads them in the order of their names.
            try await copy(module, to: "\(root)/modules/\(100 + index)-\(FileSystem.name(of: module))")
        }
        for program in Set((Self.ownPrograms + programs).map(\.tool)).sorted() {
            guard let real = ToolCheck.find(program).flatMap(FileSystem.realPath) else { continue }
            try await copy(real, to: "\(root)/bin/\(program)")
            try await copyLibraries(of: real, to: root)
        }
        try FileSystem.write(initScript, to: "\(root)/init", mode: 0o755)
        let entries = try TreeEntries(of: root, without: Exclusions([])).entries
        _ = try NewcArchive.write(
            root, entries, nodes: [], clock: try await workspace.value(.clock),
            to: "\(FileSystem.parent(of: root))/initrd")
        try FileSystem.removeTree(root)
    }

    private func copy(_ source: String, to target: String) async throws {
        try FileSystem.makeFolder(FileSystem.parent(of: target))
        try await workspace.runner.run(ToolCall("cp", ["--dereference", "--", source, target]))
    }

    private func copyLibraries(of program: String, to root: String) async throws {
        let result = try await workspace.runner.run(
            ToolCall("ldd", [program], output: .capture(), successCodes: [0, 1]))
        for path in Self.libraries(result.output) where !FileSystem.exists("\(root)\(path)") {
            try await copy(path, to: "\(root)\(path)")
        }
    }

    /// The absolute paths in the output of ldd.
    static func libraries(_ output: String) -> [String] {
        output.split(separator: "\n").compactMap { line in
            line.split(separator: " ").map { String($0).trimmingPrefix("\t") }.first { $0.hasPrefix("/") }
                .map(String.init)
        }
    }

    private var initScript: String {
        """
        #!/bin/bash
        export PATH=/bin LC_ALL=C
        mount -t proc proc /proc
        mount -t sysfs sys /sys
        mount -t devtmpfs dev /dev
        for module in /modules/*; do insmod "$module"; done
        for ((i = 0; i < 100; i++)); do [ -b /dev/vd\(Self.letter(disks.count - 1)) ] && break; sleep 0.1; done
        work() {
            set -e
        \(script)
        }
        # Not in a condition: that would switch 'set -e' off.
        (work)
        [ $? -eq 0 ] && echo '\(Self.done)'
        echo o >/proc/sysrq-trigger
        sleep 60

        """
    }

    static func letter(_ index: Int) -> String { String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index))) }
}
