import KiwiDiagnostics
import KiwiToolbox

/// Brings boot loaders from this machine's packages into a server's tree.
struct LoaderFiles {
    var tree: String

    /// Where distributions put syslinux: the folders of pxelinux.0 and of its modules.
    private static let syslinux = [
        ("/usr/lib/PXELINUX", "/usr/lib/syslinux/modules/bios"),
        ("/usr/share/syslinux", "/usr/share/syslinux"),
        ("/usr/lib/syslinux/bios", "/usr/lib/syslinux/bios"),
    ]
    /// The loader's own library, and what starts Xen.
    private static let syslinuxModules = ["ldlinux.c32", "libcom32.c32", "mboot.c32"]

    private static let grubFolders = ["/usr/lib/grub", "/usr/share/grub2", "/usr/lib/grub2"]
    private static let grubModules = [
        "normal", "configfile", "linux", "echo", "net", "tftp", "http", "test", "regexp", "serial",
        "terminal", "sleep",
        "reboot", "halt", "ls", "cat", "minicmd", "multiboot2", "all_video", "gzio",
    ]

    /// - Returns: what this machine lacks.
    func install() async throws -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if !(try copySyslinux()) {
            findings.append(
                Diagnostic(
                    "netboot-loader", .note, at: nil,
                    "pxelinux is not installed here: BIOS machines get GRUB instead",
                    remedy: "for pxelinux: apt-get install pxelinux syslinux-common"))
        }
        for (platform, format, output, extra, package) in [
            ("i386-pc", "i386-pc-pxe", NetbootLoaders.grubBIOS, ["pxe"], "grub-pc-bin"),
            ("x86_64-efi", "x86_64-efi", NetbootLoaders.grubUEFI, ["efinet", "chain"], "grub-efi-amd64-bin"),
        ] where !(try await makeGrub(platform, format, to: output, extra)) {
            findings.append(
                Diagnostic(
                    "netboot-loader", .warning, at: nil,
                    "GRUB for \(platform) is not installed here: \(platform == "i386-pc" ? "BIOS" : "UEFI") machines "
                        + "without another loader cannot start", remedy: "apt-get install \(package)"))
        }
        return findings
    }

    private func copySyslinux() throws -> Bool {
        for (folder, modules) in Self.syslinux where FileSystem.isFile("\(folder)/pxelinux.0") {
            try copy("\(folder)/pxelinux.0", NetbootLoaders.pxelinux)
            for module in Self.syslinuxModules where FileSystem.isFile("\(modules)/\(module)") {
                try copy("\(modules)/\(module)", module)
            }
            return true
        }
        return false
    }

    private func copy(_ source: String, _ name: String) throws {
        let temporary = "\(tree)/.\(name).new"
        try FileSystem.write(try FileSystem.readBytes(source), to: temporary)
        try FileSystem.rename(temporary, to: "\(tree)/\(name)")
    }

    private func makeGrub(_ platform: String, _ format: String, to name: String, _ extra: [String])
        async throws -> Bool
    {
        guard let tool = ["grub-mkimage", "grub2-mkimage"].first(where: { ToolCheck.find($0) != nil }),
            let folder = Self.grubFolders.map({ "\($0)/\(platform)" }).first(where: FileSystem.isFolder)
        else { return false }
        let modules = (Self.grubModules + extra).filter { FileSystem.isFile("\(folder)/\($0).mod") }
        let scratch = try ScratchFolder(in: tree)
        defer { scratch.remove() }
        try FileSystem.write(GrubStart.text, to: "\(scratch.path)/start.cfg")
        let answer = await capture(
            tool,
            [
                "--format", format, "--directory", folder, "--prefix", "/boot/grub", "--output",
                "\(scratch.path)/core",
            ] + (platform == "x86_64-efi" ? ["--config", "\(scratch.path)/start.cfg"] : []) + modules,
            timeout: 120)
        guard answer.exitCode == 0 else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "netboot-loader", "\(tool) cannot make a loader for \(platform)",
                    remedy: "install GRUB's modules again",
                    notes: answer.text.split(separator: "\n").map(String.init)))
        }
        try FileSystem.write(try FileSystem.readBytes("\(scratch.path)/core"), to: "\(scratch.path)/loader")
        try FileSystem.rename("\(scratch.path)/loader", to: "\(tree)/\(name)")
        return true
    }
}
