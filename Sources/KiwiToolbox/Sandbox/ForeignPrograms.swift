import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Programs of another architecture than the machine's: the kernel starts them through QEMU's user-mode emulation.
///
/// In a user namespace (Linux 6.7) the rule is the namespace's own and is gone with it. Elsewhere a rule of the
/// machine is used when there is one, never made.
public struct ForeignPrograms: Sendable, Hashable {
    /// As `uname -m` says it.
    public let architecture: String
    private let kind: Kind

    /// How the programs are known: fields of the ELF header.
    private struct Kind: Hashable {
        /// Of QEMU.
        var name: String
        /// `EI_CLASS` is 64 bits, not 32.
        var isWide = true
        /// `EI_DATA`.
        var isBigEndian = false
        /// `e_machine`.
        var machine: UInt8
    }

    /// The numbers are those of the System V ABI's registry (`EM_AARCH64` ...).
    private static let kinds: [String: Kind] = [
        "aarch64": Kind(name: "aarch64", machine: 183),
        "armv7l": Kind(name: "arm", isWide: false, machine: 40),
        "armv7hl": Kind(name: "arm", isWide: false, machine: 40),
        "armv6l": Kind(name: "arm", isWide: false, machine: 40),
        "riscv64": Kind(name: "riscv64", machine: 243),
        "ppc64le": Kind(name: "ppc64le", machine: 21),
        "s390x": Kind(name: "s390x", isBigEndian: true, machine: 22),
        "x86_64": Kind(name: "x86_64", machine: 62),
    ]

    /// 32-bit programs that a 64-bit processor runs itself.
    private static let narrow: [String: Set<String>] = ["x86_64": ["i386", "i486", "i586", "i686", "ix86"]]

    /// Whether its programs are 32-bit ones on a 64-bit processor: they should see a 32-bit machine.
    static func isNarrow(_ architecture: String, on host: String) -> Bool {
        narrow[host]?.contains(architecture) == true
    }

    /// - Parameters:
    ///   - architecture: of the image.
    ///   - host: of this machine.
    /// - Returns: nil when the machine runs such programs itself.
    /// - Throws: `Failure` for an architecture that cannot be emulated.
    public static func needed(for architecture: String, on host: String) throws(Failure) -> ForeignPrograms? {
        if architecture == host || isNarrow(architecture, on: host) { return nil }
        guard let kind = kinds[architecture] else {
            let known = (kinds.keys.filter { $0 != host } + (narrow[host] ?? [])).sorted()
            throw Failure(
                .usage,
                Diagnostic(
                    "unknown-architecture", "programs of '\(architecture)' cannot be run on \(host)",
                    remedy: nearestName(to: architecture, among: known).map { "write --target-arch \($0)" }
                        ?? "choose from \(known.joined(separator: ", "))"))
        }
        return ForeignPrograms(architecture: architecture, kind: kind)
    }

    /// QEMU without libraries: with them it would not run inside the tree.
    public var requirement: ToolRequirement {
        ToolRequirement(
            "qemu-\(kind.name)-static", package: "qemu-user-static", to: "run programs of \(architecture)")
    }

    /// The first 20 bytes of a program, and which of their bits count.
    private var pattern: (magic: [UInt8], mask: [UInt8]) {
        let magic: [UInt8] =
            [0x7f] + Array("ELF".utf8) + [kind.isWide ? 2 : 1, kind.isBigEndian ? 2 : 1, 1]
            + [UInt8](repeating: 0, count: 9)
            + (kind.isBigEndian ? [0, 2, 0, kind.machine] : [2, 0, kind.machine, 0])
        // Any OS ABI; executables (2) and position-independent ones (3).
        let mask: [UInt8] =
            [UInt8](repeating: 0xff, count: 7) + [0] + [UInt8](repeating: 0xff, count: 8)
            + (kind.isBigEndian ? [0xff, 0xfe, 0xff, 0xff] : [0xfe, 0xff, 0xff, 0xff])
        return (magic, mask)
    }

    /// What is written to `register`. F: the interpreter is opened now, so that it need not be in the tree; C and O: programs
    /// keep the rights of their files.
    func rule(interpreter: String) -> String {
        func text(_ bytes: [UInt8]) -> String {
            bytes.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        return ":kiwi-\(kind.name):M::\(text(pattern.magic)):\(text(pattern.mask)):\(interpreter):OCF"
    }

    /// Whether a rule of the kernel (a file of binfmt_misc) starts such programs, also in a tree without QEMU.
    func isServed(by rule: String) -> Bool {
        let lines = rule.split(separator: "\n")
        let magic = pattern.magic.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return lines.first == "enabled" && lines.contains { $0.hasPrefix("flags:") && $0.contains("F") }
            && lines.contains("magic \(magic)")
    }

    private static let folder = "/proc/sys/fs/binfmt_misc"

    /// Makes the kernel start such programs in this sandbox.
    ///
    /// - Throws: `Failure` with what would allow that.
    func enable(in kind: SandboxKind) throws {
        if kind == .user, mount("binfmt_misc", Self.folder, "binfmt_misc", 0, nil) == 0 {
            try ToolCheck.require([requirement])
            return try Self.register(rule(interpreter: ToolCheck.find(requirement.tool)!))
        }
        let rules = ((try? FileSystem.names(in: Self.folder)) ?? []).filter {
            $0 != "register" && $0 != "status"
        }
        if rules.contains(where: { isServed(by: (try? FileSystem.readText("\(Self.folder)/\($0)")) ?? "") }) {
            return
        }
        let byRoot = "apt-get install qemu-user-static binfmt-support"
        throw Failure(
            .machineLacks,
            Diagnostic(
                "foreign-programs", "this machine does not run programs of \(architecture)",
                remedy: kind == .user
                    ? "use Linux 6.7 or later, or let root run: \(byRoot)"
                    : "build as an ordinary user (Linux 6.7 or later), or run: \(byRoot)"))
    }

    private static func register(_ rule: String) throws {
        let path = "\(folder)/register"
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", path) }
        defer { close(descriptor) }
        guard write(descriptor, rule, rule.utf8.count) == rule.utf8.count else {
            throw FileError.current("write", path)
        }
    }
}
