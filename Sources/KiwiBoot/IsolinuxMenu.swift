/// The boot menu of a medium as isolinux reads it; kernel and initrd lie beside it. Pure text.
///
/// Source: SYSLINUX's `doc/syslinux.txt` and `doc/menu.txt`; the form is that of KIWI before it had GRUB.
public struct IsolinuxMenu: Sendable, Hashable {
    /// Folder of a description with an `isolinux.cfg` of its own, `isolinux.msg` and what these name.
    public static let userFolder = "cdboot"

    /// The first folder of a medium that isolinux looks into.
    static let startFolder = "boot/isolinux"

    /// `isolinux.cfg` of ``startFolder``: it goes on with the menu in another folder, where names are looked up then.
    static func start(folder: String) -> String {
        """
        path \(folder)
        default kiwi
        prompt 0
        label kiwi
          config \(folder)/isolinux.cfg
          append \(folder)

        """
    }

    public var title: String
    public var entries: [GrubMenu.Entry]
    public var defaultEntry: Int
    /// Seconds; nil: the menu waits for somebody.
    public var timeout: Int?
    public var isHidden: Bool
    /// Port and speed of a serial terminal.
    public var serial: String?
    /// `xen.gz` lies beside the kernel and starts it.
    public var isXenHost = false
    /// `menu.c32` is there; else one types the name of an entry.
    public var hasMenuModule = true

    public init(_ options: MenuOptions) {
        title = options.title
        entries = options.entries
        defaultEntry = options.defaultEntry
        timeout = options.timeout
        isHidden = options.timeoutStyle == "hidden"
        serial =
            (options.output + options.input).contains("serial") ? Self.serialPort(options.serialLine) : nil
    }

    public var text: String {
        var lines: [String] = serial.map { ["serial \($0)"] } ?? []
        lines += ["implicit 1", "prompt 1", "timeout \(tenths)", "display isolinux.msg"]
        if hasMenuModule {
            lines += ["ui menu.c32", "menu title \(Self.line(title))"]
            if isHidden { lines.append("menu hidden") }
        }
        if entries.indices.contains(defaultEntry) { lines.append("default \(label(defaultEntry))") }
        for (index, entry) in entries.enumerated() {
            lines += ["", "label \(label(index))", "  menu label \(Self.line(Self.title(entry)))"]
            switch entry {
            case .linux(_, let options) where isXenHost:
                lines += [
                    "  kernel mboot.c32", "  append xen.gz --- linux \(Self.line(options)) --- initrd",
                ]
            case .linux(_, let options):
                lines += ["  kernel linux", "  append initrd=initrd \(Self.line(options))"]
            // The first disk of the BIOS, by its number there.
            case .hardDisk: lines.append("  localboot 0x80")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `isolinux.msg`: what is shown above the question for an entry.
    public var message: String {
        (["", Self.line(title), ""] + entries.indices.map { "  \(label($0))" } + [""])
            .joined(separator: "\n") + "\n"
    }

    /// A menu of a description as it works on today's media: its entries that start our kernel get the words of the
    /// live system they lack, and paths of the media of 2007 become names beside the menu.
    /// - Parameters:
    ///   - own: the text of `isolinux.cfg`.
    ///   - files: names of the files beside the menu.
    public func adapted(_ own: String, files: Set<String>) -> String {
        var result: [String] =
            serial.map { own.lowercased().contains("serial ") ? [] : ["serial \($0)"] } ?? []
        var block: [String] = []
        func finish() {
            result += adaptedBlock(block, files)
            block = []
        }
        for line in own.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        {
            if Self.split(line).word == "label" { finish() }
            block.append(line)
        }
        finish()
        while result.last?.isEmpty == true { result.removeLast() }
        return result.joined(separator: "\n") + "\n"
    }

    /// One entry, or what stands before the first.
    private func adaptedBlock(_ lines: [String], _ files: Set<String>) -> [String] {
        func name(_ path: String) -> String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return files.contains(name) ? name : path
        }
        var result = lines
        var startsOurs = false
        var append: Int?
        for (index, line) in lines.enumerated() {
            let (indent, word, value) = Self.split(line)
            switch word {
            case "kernel", "linux":
                result[index] = "\(indent)\(word) \(name(value))"
                startsOurs = name(value) == "linux"
            case "display", "font", "ui", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9":
                let words = value.split(separator: " ", maxSplits: 1).map(String.init)
                guard let first = words.first else { continue }
                result[index] =
                    "\(indent)\(word) " + ([name(first)] + words.dropFirst()).joined(separator: " ")
            case "append": append = index
            default: break
            }
        }
        guard startsOurs else { return result }
        let (indent, _, value) = append.map { Self.split(lines[$0]) } ?? ("  ", "append", "")
        var words = value.split(separator: " ").map(String.init).filter { $0 != "-" }
        if let index = words.firstIndex(where: { $0.hasPrefix("initrd=") }) {
            words[index] = "initrd=\(name(String(words[index].dropFirst(7))))"
        } else {
            words.insert("initrd=initrd", at: 0)
        }
        words += liveWords.filter { word in
            let key = word.prefix { $0 != "=" }
            return !words.contains { $0 == word || $0.hasPrefix("\(key)=") }
        }
        let text = "\(indent)append \(words.joined(separator: " "))"
        if let append {
            result[append] = text
        } else {
            let end = (result.lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? 0) + 1
            result.insert(text, at: end)
        }
        return result
    }

    /// The words of the first entry, that of the live system.
    private var liveWords: [String] {
        for case .linux(_, let options) in entries {
            return Self.line(options).split(separator: " ").map(String.init)
        }
        return []
    }

    /// Tenths of seconds; 0 would wait for ever, 35996 is the longest.
    private var tenths: Int { timeout.map { min(max($0 * 10, 1), 35996) } ?? 0 }

    private static func title(_ entry: GrubMenu.Entry) -> String {
        switch entry {
        case .linux(let title, _), .hardDisk(let title): title
        }
    }

    /// A name for the prompt: no blanks, and no brackets.
    private func label(_ index: Int) -> String {
        let signs: [Character: Character] = [" ": "_", "[": "(", "]": ")"]
        return String(Self.line(Self.title(entries[index])).map { signs[$0] ?? $0 })
    }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    /// A line as blanks, its keyword in lower case, and the rest.
    private static func split(_ line: String) -> (indent: String, word: String, value: String) {
        let indent = line.prefix(while: \.isWhitespace)
        let word = line.dropFirst(indent.count).prefix { !$0.isWhitespace }
        let value = line.dropFirst(indent.count + word.count).drop(while: \.isWhitespace)
        return (String(indent), word.lowercased(), String(value))
    }

    /// `--unit=1 --speed=115200` of GRUB as `1 115200`.
    private static func serialPort(_ line: String) -> String {
        func value(_ name: String) -> String? {
            line.split(separator: " ").first { $0.hasPrefix("--\(name)=") }.map {
                String($0.dropFirst(name.count + 3))
            }
        }
        return "\(value("unit") ?? "0") \(value("speed") ?? "9600")"
    }
}
