import KiwiBoot

/// Which modules of a kernel a boot image has: those the drivers name, and all that they need. Pure.
struct ModuleSelection: Sendable, Equatable {
    /// Paths below `/lib/modules/VERSION`, sorted.
    var kept: [String]
    /// Drivers that name no module, neither loadable nor built in.
    var unmatched: [String]

    /// What depmod and the kernel's build say about modules.
    struct Tables: Sendable {
        /// `modules.dep`: `FILE: FILE...`, each line with all that its module needs.
        var dependencies = ""
        /// `modules.softdep`: `softdep NAME pre: NAME... post: NAME...`.
        var softDependencies = ""
        /// `modules.alias`: `alias PATTERN NAME`.
        var aliases = ""
        /// `modules.builtin`: one path on a line.
        var builtIn = ""
    }

    /// - Parameter drivers: parts of paths like `drivers/net/`, module names, or regular expressions that
    ///   fit somewhere in a path; empty: all modules.
    /// - Throws: `DriverError` for an expression that is none.
    init(_ drivers: [String], _ tables: Tables) throws(DriverError) {
        var needs: [String: [String]] = [:]
        for line in tables.dependencies.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            needs[String(parts[0])] = parts[1].split(separator: " ").map(String.init)
        }
        unmatched = []
        kept = needs.keys.sorted()
        guard !drivers.isEmpty else { return }
        let builtIn = tables.builtIn.split(separator: "\n").map(String.init)
        var waiting: [String] = []
        for driver in drivers {
            let matcher = try Matcher(driver)
            let found = needs.keys.filter(matcher.fits)
            waiting += found
            if found.isEmpty, !builtIn.contains(where: matcher.fits) { unmatched.append(driver) }
        }
        let byName = Dictionary(needs.keys.map { (Self.name($0), $0) }, uniquingKeysWith: { min($0, $1) })
        let soft = Self.softDependencies(tables, known: byName)
        var seen: Set<String> = []
        while let path = waiting.popLast() {
            guard seen.insert(path).inserted else { continue }
            waiting += needs[path] ?? []
            waiting += soft[Self.name(path)] ?? []
        }
        kept = seen.sorted()
    }

    /// The name a module has in the kernel.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        return KernelFinder.normalised(String(file.prefix { $0 != "." }))
    }

    /// What modules ask for without needing it to be loaded: paths by the name of the module that asks.
    private static func softDependencies(_ tables: Tables, known: [String: String]) -> [String: [String]] {
        var aliases: [String: [String]] = [:]
        for line in tables.aliases.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3, words[0] == "alias" else { continue }
            aliases[words[1], default: []].append(KernelFinder.normalised(words[2]))
        }
        var result: [String: [String]] = [:]
        for line in tables.softDependencies.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 2, words[0] == "softdep" else { continue }
            let names = words.dropFirst(2).filter { !$0.hasSuffix(":") }
            let modules = names.flatMap { name in
                [KernelFinder.normalised(name)] + (aliases[name] ?? []) + (aliases["crypto-\(name)"] ?? [])
            }
            result[KernelFinder.normalised(words[1]), default: []] += modules.compactMap { known[$0] }
        }
        return result
    }

    /// A driver that is no regular expression.
    struct DriverError: Error, Equatable { var driver: String }

    private struct Matcher {
        private var part: String?
        private var expression: Regex<AnyRegexOutput>?

        init(_ driver: String) throws(DriverError) {
            let isPlain = driver.allSatisfy { $0.isLetter || $0.isNumber || "-_/".contains($0) }
            if isPlain {
                part = KernelFinder.normalised(driver)
            } else {
                do { expression = try Regex(driver) } catch { throw DriverError(driver: driver) }
            }
        }

        func fits(_ path: String) -> Bool {
            if let part { return KernelFinder.normalised(path).contains(part) }
            return expression.map { path.firstMatch(of: $0) != nil } ?? false
        }
    }
}
