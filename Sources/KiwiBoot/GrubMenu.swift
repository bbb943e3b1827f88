/// The boot menu of a medium as GRUB's configuration file. Pure text.
public struct GrubMenu: Sendable, Codable, Hashable {
    public enum Entry: Sendable, Codable, Hashable {
        case linux(title: String, options: String)
        /// Back to the firmware, which goes on with the next device.
        case hardDisk(title: String)
    }

    public var title: String
    /// A file that only this medium has; empty on disks.
    public var mark: String
    /// On disks: the UUID of the file system with the kernel.
    public var fileSystem: String?
    /// Reads GRUB's environment block: the distribution's tools choose the default entry there.
    public var loadsEnvironment = false
    public var kernel: String
    public var initrd: String
    /// A Xen hypervisor, which starts kernel and initrd.
    public var hypervisor: String?
    public var entries: [Entry]
    public var defaultEntry = 0
    /// Seconds; nil: the menu waits for somebody.
    public var timeout: Int? = 10
    public var timeoutStyle = "menu"
    /// Names of GRUB's terminals.
    public var output: [String] = ["gfxterm"]
    public var input: [String] = ["console"]
    /// Arguments of GRUB's `serial`; used when a terminal is serial.
    public var serialLine = ""
    public var videoMode = "auto"
    /// `unicode.pf2` on the medium.
    public var font: String?
    /// `theme.txt` on the medium.
    public var theme: String?
    /// On disks: the folder with further entries in files, which come first.
    public var entryFolder: String?
    /// Fonts of the theme on the medium.
    public var themeFonts: [String] = []

    public init(title: String, mark: String, kernel: String, initrd: String, entries: [Entry]) {
        self.title = title
        self.mark = mark
        self.kernel = kernel
        self.initrd = initrd
        self.entries = entries
    }

    public var text: String {
        var lines: [String] = []
        lines += searchLines
        if loadsEnvironment { lines += ["if [ -s $prefix/grubenv ]; then", "  load_env", "fi"] }
        lines.append("set default=\(defaultEntry)")
        if loadsEnvironment {
            lines += ["if [ -n \"$saved_entry\" ]; then", "  set default=\"$saved_entry\"", "fi"]
        }
        if let timeout { lines += ["set timeout=\(timeout)", "set timeout_style=\(timeoutStyle)"] }
        if fileSystem == nil {
            lines += [
                "# An ISO file that another GRUB has opened: the initrd looks for it by this name.",
                "if [ -n \"$iso_path\" ]; then",
                "  isoboot=\"iso-scan/filename=$iso_path\"",
                "fi",
            ]
        }
        lines += terminalLines
        if let entryFolder {
            // The entries call a function of this name.
            lines += [
                "function load_video {", "  insmod all_video", "}", "insmod blscfg",
                "set blsdir=\(entryFolder)", "blscfg",
            ]
        }
        for entry in entries { lines += self.lines(entry) }
        if output.contains("gfxterm") {
            lines += [
                "menuentry --hotkey=t 'Text mode (t)' {",
                "  terminal_output \((["console"] + output.filter { $0 == "serial" }).joined(separator: " "))",
                "}",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Finds the medium this menu belongs to, unless it is where GRUB looks already.
    var searchLines: [String] {
        if let fileSystem { return ["search --no-floppy --fs-uuid --set=root \(fileSystem)"] }
        return [
            "if [ ! -e \(mark) ]; then",
            "  search --no-floppy --file --set=root \(mark)",
            "fi",
        ]
    }

    /// The loader's first configuration: it finds the medium and goes on with its menu.
    /// - Parameter folder: `/boot/grub` or `/boot/grub2`.
    public static func first(mark: String, folder: String) -> String {
        """
        search --no-floppy --file --set=root \(mark)
        set prefix=($root)\(folder)
        configfile ($root)\(folder)/grub.cfg

        """
    }

    /// The first configuration on a disk.
    /// - Parameters:
    ///   - fileSystem: UUID of the file system with the kernel.
    ///   - folder: the folder of GRUB there.
    ///   - before: lines that make it visible, for encrypted disks.
    public static func first(fileSystem: String, folder: String, before: [String] = []) -> String {
        (before + [
            "search --no-floppy --fs-uuid --set=root \(fileSystem)", "set prefix=($root)\(folder)",
            "configfile ($root)\(folder)/grub.cfg", "",
        ]).joined(separator: "\n")
    }

    /// The only configuration on a disk whose kernel is an EFI program.
    /// - Parameters:
    ///   - fileSystem: UUID of the EFI partition.
    ///   - program: the program there.
    public static func chain(fileSystem: String, program: String) -> String {
        """
        search --no-floppy --fs-uuid --set=root \(fileSystem)
        chainloader ($root)\(program)
        boot

        """
    }

    /// The configuration for a GRUB that has opened the ISO as a file.
    public static func loopback(folder: String) -> String { "source \(folder)/grub.cfg\n" }

    private var usesSerial: Bool { (output + input).contains("serial") }

    /// The `serial` line, empty when no terminal is serial.
    var serialSetup: String {
        usesSerial ? "serial\(serialLine.isEmpty ? "" : " " + GrubScript.options(serialLine))" : ""
    }

    private var terminalLines: [String] {
        var lines = usesSerial ? [serialSetup] : []
        if output.contains("gfxterm"), let font {
            let text = output.map { $0 == "gfxterm" ? "console" : $0 }
            lines += ["set gfxmode=\(GrubScript.options(videoMode))", "if loadfont ($root)\(font); then"]
            lines += themeFonts.map { "  loadfont ($root)\($0)" }
            lines += ["  insmod all_video", "  insmod gfxterm"]
            if let theme {
                lines += [
                    "  insmod gfxmenu", "  insmod png", "  set theme=($root)\(theme)", "  export theme",
                ]
            }
            lines += [
                "  terminal_output \(output.joined(separator: " "))",
                "else",
                "  terminal_output \(text.joined(separator: " "))",
                "fi",
            ]
        } else {
            let names = output.map { $0 == "gfxterm" ? "console" : $0 }
            if !names.isEmpty { lines.append("terminal_output \(names.joined(separator: " "))") }
        }
        if !input.isEmpty { lines.append("terminal_input \(input.joined(separator: " "))") }
        return lines
    }

    private func lines(_ entry: Entry) -> [String] {
        switch entry {
        case .linux(let title, let options) where hypervisor != nil:
            [
                "menuentry \(GrubScript.quoted(title)) --class os {",
                "  echo Loading hypervisor...",
                "  multiboot2 ($root)\(hypervisor ?? "") placeholder",
                "  echo Loading kernel...",
                "  module2 ($root)\(kernel) placeholder \(GrubScript.options(options))"
                    + (fileSystem == nil ? " $isoboot" : ""),
                "  echo Loading initrd...",
                "  module2 --nounzip ($root)\(initrd)",
                "}",
            ]
        case .linux(let title, let options):
            [
                "menuentry \(GrubScript.quoted(title)) --class os {",
                "  echo Loading kernel...",
                "  linux ($root)\(kernel) \(GrubScript.options(options))"
                    + (fileSystem == nil ? " $isoboot" : ""),
                "  echo Loading initrd...",
                "  initrd ($root)\(initrd)",
                "}",
            ]
        case .hardDisk(let title):
            ["menuentry \(GrubScript.quoted(title)) --class os {", "  exit", "}"]
        }
    }
}
