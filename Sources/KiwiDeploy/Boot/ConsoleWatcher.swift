/// Reads a serial console and decides whether the machine did what was expected.
public struct ConsoleWatcher {
    public enum Verdict: Sendable, Equatable {
        case waiting
        /// Every expectation has been seen.
        case met
        /// The machine is lost; the text says how it was recognised.
        case lost(String)
    }

    /// What a machine prints that will not reach its goal any more.
    static let hopeless: [(text: String, meaning: String)] = [
        ("Kernel panic - not syncing", "the kernel panicked"),
        ("Press Enter for maintenance", "the machine stopped in an emergency shell"),
        ("Press Enter for system maintenance", "the machine stopped in an emergency shell"),
        ("Entering emergency mode", "the machine stopped in an emergency shell"),
        ("You are in emergency mode", "the machine stopped in emergency mode"),
        ("dracut:/#", "the initrd dropped to a shell"),
        ("(initramfs)", "the initrd dropped to a shell"),
        ("grub rescue>", "the boot loader found no configuration"),
        ("error: you need to load the kernel first", "the boot loader found no kernel"),
        ("No bootable device", "the firmware found nothing to boot"),
        ("Boot failed: not a bootable disk", "the firmware found nothing to boot"),
        ("BdsDxe: No bootable option", "the firmware found nothing to boot"),
        ("UEFI Interactive Shell", "the firmware found nothing to boot and started its shell"),
    ]

    private var pending: [String]
    private var patterns: [Regex<AnyRegexOutput>]
    private var text = ConsoleText()
    private var recent: [String] = []
    private let keep: Int

    /// - Parameters:
    ///   - expectations: regular expressions; each must match one line, in any order.
    ///   - keep: how many last lines `lastLines` holds.
    /// - Throws: when an expectation is not a regular expression.
    public init(expecting expectations: [String], keep: Int = 20) throws {
        pending = expectations
        patterns = try expectations.map { try Regex($0) }
        self.keep = keep
    }

    /// The last lines of the console, with the unfinished one.
    public var lastLines: [String] {
        let partial = text.partial
        return partial.isEmpty ? recent : Array((recent + [partial]).suffix(keep))
    }

    /// The expectations that no line has matched yet.
    public var missing: [String] { pending }

    /// Takes what the console printed.
    public mutating func take(_ chunk: some Sequence<UInt8>) -> Verdict {
        let hoping = !pending.isEmpty
        for line in text.take(chunk) {
            recent.append(line)
            if recent.count > keep { recent.removeFirst() }
            let verdict = judge(line, hoping)
            if verdict != .waiting { return verdict }
        }
        return judge(text.partial, hoping)
    }

    private mutating func judge(_ line: String, _ hoping: Bool) -> Verdict {
        guard hoping, !line.isEmpty else { return .waiting }
        for index in pending.indices.reversed() where line.firstMatch(of: patterns[index]) != nil {
            pending.remove(at: index)
            patterns.remove(at: index)
        }
        if pending.isEmpty { return .met }
        let found = Self.hopeless.first { line.contains($0.text) }
        return found.map { .lost("\($0.meaning) (\"\($0.text)\")") } ?? .waiting
    }
}
