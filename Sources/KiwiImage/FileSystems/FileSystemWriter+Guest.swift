import KiwiBoot
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

extension FileSystemWriter {
    /// The tree's own kernel, if it can mount the file system in a helper machine.
    var guestKernel: GuestKernel? { guestKernel(in: TreeReader(system ?? tree)) }

    private func guestKernel(in tree: TreeReader) -> GuestKernel? {
        GuestKernel.find(
            in: tree, packageManager: options.packageManager,
            modules: GuestMachine.baseModules + ["ext4", kind.kernelModule],
            // What checks the sums of ext4 and xfs; no dependency names it.
            optional: ["crc32c_generic"])
    }

    /// Fills an empty file system in a helper machine, from an ext4 image with the same content: for what
    /// the file system's own tools cannot write without mounting.
    ///
    /// - Parameters:
    ///   - image: the empty file system.
    ///   - reason: why, for the log.
    func fill(_ image: String, size: Size, because reason: String) async throws {
        var found = guestKernel
        if found == nil {
            found = try await GuestKernelArchive.tree(in: workspace).flatMap(guestKernel)
        }
        guard let kernel = found else {
            throw Diagnostic(
                "no-guest-kernel", at: options.position,
                "\(reason); only a mounted file system can hold that, and neither the root tree nor this machine's archive has a kernel to mount \(kind.rawValue) with",
                remedy: "add a kernel package, or choose ext4")
        }
        workspace.log.info(
            "\(reason): a helper machine with kernel \(kernel.version) fills the file system; it is not the same bit by bit each time"
        )
        let source = "\(workspace.folders.bulk)/\(workspace.stepID)-source.ext4"
        defer { try? FileSystem.removeTree(source) }
        var writer = self
        writer.options.kind = .ext4
        writer.options.creation = []
        writer.options.label = nil
        writer.options.isWritable = false
        writer.options.sizeBytes = nil
        writer.subvolumes = nil
        try await writer.write(to: source)
        try await GuestMachine(
            kernel: kernel,
            disks: [.init(file: source, isReadOnly: true), .init(file: image, isReadOnly: false)],
            programs: ["cp", "rmdir", "touch"].map {
                ToolRequirement($0, package: "coreutils", to: "copy the tree in the helper machine")
            } + (subvolumes == nil ? [] : SubvolumeScript.programs),
            script: (["mount -t ext4 -o ro,noatime /dev/vda /source"] + fillingLines)
                .map { "    \($0)" }.joined(separator: "\n"),
            workspace: workspace
        ).run()
    }

    /// What the guest does with the empty file system on `/dev/vdb`, and the tree at `/source`.
    private var fillingLines: [String] {
        if let subvolumes { return SubvolumeScript(plan: subvolumes, clock: clock).lines }
        return ["mount -t \(kind.rawValue) /dev/vdb /target"] + Self.copyLines + ["umount /target"]
    }

    /// Copies the tree to what is mounted at `/target`.
    static let copyLines = [
        "cp -a --sparse=auto /source/. /target/", "rmdir /target/lost+found", "touch -r /source /target",
    ]
}
