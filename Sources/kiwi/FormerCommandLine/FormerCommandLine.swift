import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// The command line of KIWI 1 to 8: `kiwi --prepare DESC --root R`, `kiwi --create R -d DIR`.
///
/// Scripts and build services from 2007 on call it. It is turned into calls of today, which do the work.
struct FormerCommandLine: Sendable, Equatable {
    enum Operation: Sendable, Equatable {
        case prepare, create, upgrade, build, bundle, lint, info, list, password, version, help
        case bootCD, bootStick, bootVM, installCD, installStick
    }

    var operation: Operation
    /// What the operation is about; empty for those without one.
    var object = ""
    /// Before the command.
    var global: [String] = []
    /// After the command.
    var local: [String] = []
    var root: String?
    var destination: String?
    var bundleID: String?
    /// The system image of a medium.
    var system: String?
    /// The stick; nil: it is asked for.
    var device: String?
    /// Of a virtual disk.
    var format: String?
    /// Remove a root tree that is there.
    var newRoot = false

    /// Reads a command line in the former form.
    ///
    /// - Returns: nil when it is none: a command of today comes first, or no operation is given.
    /// - Throws: `Failure` about its use.
    static func read(_ arguments: [String]) throws(Failure) -> FormerCommandLine? {
        guard isFormer(arguments) else { return nil }
        var reader = Reader(arguments[...])
        return try reader.read()
    }

    /// Whether an operation of former times comes before any word that is neither option nor value.
    private static func isFormer(_ arguments: [String]) -> Bool {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), let option = option(of: word) else { return false }
            switch option.meaning {
            // Today's too.
            case .operation(.version), .operation(.help): break
            case .operation: return true
            case .gone where option.isOperation: return true
            default: break
            }
            if option.value == .needed, !word.contains("=") { _ = rest.popFirst() }
        }
        return false
    }

    /// The option a word names: whole, of one letter, or by a beginning that no other one has.
    static func option(of word: String) -> FormerOption? {
        let name = word.drop { $0 == "-" }.prefix { $0 != "=" }.lowercased()
        guard !name.isEmpty else { return nil }
        if let exact = FormerOption.all.first(where: { $0.names.contains(name) }) { return exact }
        guard word.hasPrefix("--"), name.count > 2 else { return nil }
        let matches = FormerOption.all.filter { $0.names.contains { $0.hasPrefix(name) } }
        return matches.count == 1 ? matches[0] : nil
    }

    /// The calls of today that do the same, in order.
    var calls: [[String]] {
        let call =
            switch operation {
            case .prepare: ["system", "prepare", "--description", object] + place
            case .create: ["system", "create", "--root", object] + target
            case .upgrade: ["system", "update", "--root", object]
            case .build: ["system", "build", "--description", object] + target
            case .bundle:
                ["result", "bundle", "--target-dir", object]
                    + (destination.map { ["--bundle-dir", $0] } ?? [])
                    + (bundleID.map { ["--id", $0] } ?? [])
            case .lint: ["lint", object]
            case .info: ["image", "info", "--description", object]
            case .list: ["init"]
            case .version: ["--version"]
            case .help: ["--help"]
            case .password: [] as [String]
            case .bootCD, .bootStick, .bootVM, .installCD, .installStick: [] as [String]
            }
        if let calls = mediumCalls { return calls }
        guard !call.isEmpty else { return [] }
        let clean = newRoot ? root.map { [["system", "clean", "--root", $0]] } ?? [] : []
        return clean + [global + call + local]
    }

    /// What makes a medium of a boot image; nil for all other operations.
    ///
    /// Source of the names: the manual of KIWI 1.
    private var mediumCalls: [[String]]? {
        let stem = MediumRequest.stem(ofInitrd: object)
        func file(_ name: String) -> String {
            destination.map { "\($0)/\(FileSystem.name(of: name))" } ?? name
        }
        func medium(_ output: String, _ more: [String]) -> [String] {
            global + ["image", "medium", object, "--output", output] + more + local
        }
        func write(_ image: String) -> [String] {
            global + ["image", "write", image] + (device.map { ["--device", $0] } ?? [])
        }
        switch operation {
        case .bootCD: return [medium(file("\(stem).cdboot.iso"), [])]
        case .bootStick:
            let output = file("\(stem).stick.iso")
            return [medium(output, system.map { ["--system", $0] } ?? []), write(output)]
        case .bootVM:
            let format = format ?? "vmdk"
            return [
                medium(
                    file("\(system ?? stem).\(format)"),
                    (system.map { ["--system", $0] } ?? []) + ["--format", format])
            ]
        case .installCD: return [medium(file("\(system ?? stem).install.iso"), install)]
        case .installStick:
            let output = file("\(system ?? stem).install.iso")
            return [medium(output, install), write(output)]
        default: return nil
        }
    }

    private var install: [String] { system.map { ["--install", $0] } ?? [] }

    private var place: [String] { root.map { ["--root", $0] } ?? [] }
    private var target: [String] { destination.map { ["--target-dir", $0] } ?? [] }
}
