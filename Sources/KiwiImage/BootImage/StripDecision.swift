#if canImport(Glibc)
    import Glibc
#endif

/// Which tools and libraries of a boot tree go. Pure.
///
/// A tool stays when its name is in the list, or when something that stays leads to it: a symlink or a
/// script's interpreter. A library stays when its name is in the list, or when a program or library that
/// stays needs it. All other files stay; symlinks to what goes, go with it.
struct StripDecision: Sendable, Equatable {
    /// Paths inside the tree, in the order of the files.
    var removed: [String] = []
    /// Names of the lists that no file has.
    var unmatchedTools: [String] = []
    var unmatchedLibraries: [String] = []

    /// - Parameters:
    ///   - tools: names of tools that stay, patterns with `*`, `?` and `[...]` among them.
    ///   - libraries: the same for libraries; what follows `.so` or a version may be left out.
    init(_ files: [StripFile], tools: [String], libraries: [String]) {
        var closure = Closure(files)
        var usedTools: Set<String> = []
        var usedLibraries: Set<String> = []
        for file in files {
            switch file.role {
            case .tool:
                let names = tools.filter { Self.fits(file.name, $0) }
                usedTools.formUnion(names)
                if !names.isEmpty { closure.keep(file) }
            case .library:
                let names = libraries.filter { Self.isLibrary(file.name, $0) }
                usedLibraries.formUnion(names)
                if !names.isEmpty || Self.isLoader(file.name) { closure.keep(file) }
            case .other:
                if file.target == nil { closure.keep(file) }
            }
        }
        closure.close()
        let gone = Set(files.filter { $0.role != .other && !closure.kept.contains($0.path) }.map(\.path))
        removed = files.map(\.path).filter { path in
            gone.contains(path) || !closure.kept.contains(path) && gone.contains(closure.end(of: path))
        }
        unmatchedTools = tools.filter { !usedTools.contains($0) }
        unmatchedLibraries = libraries.filter { !usedLibraries.contains($0) }
    }

    private static func fits(_ name: String, _ pattern: String) -> Bool { fnmatch(pattern, name, 0) == 0 }

    /// `libfoo` means `libfoo.so.1` and `libfoo-2.31.so`.
    private static func isLibrary(_ name: String, _ pattern: String) -> Bool {
        fits(name, pattern) || fits(name, pattern + ".so") || fits(name, pattern + ".so.*")
            || fits(name, pattern + "-[0-9]*")
    }

    /// The dynamic loader, `ld-linux-x86-64.so.2` or `ld64.so.2`.
    private static func isLoader(_ name: String) -> Bool {
        fits(name, "ld-*.so*") || fits(name, "ld.so*") || fits(name, "ld64.so*") || fits(name, "ld[0-9]*.so*")
    }

    /// What stays because something else that stays needs it.
    private struct Closure {
        private var byPath: [String: StripFile]
        private var byName: [String: [StripFile]]
        private var waiting: [StripFile] = []
        private(set) var kept: Set<String> = []

        init(_ files: [StripFile]) {
            byPath = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
            byName = Dictionary(grouping: files.filter { $0.role != .other }, by: \.name)
        }

        mutating func keep(_ file: StripFile) {
            if kept.insert(file.path).inserted { waiting.append(file) }
        }

        mutating func close() {
            while let file = waiting.popLast() {
                // Scripts of packages that are not called at boot would keep their languages.
                let counts = !file.isScript || file.role == .tool || Self.isBootScript(file.path)
                let paths = [file.target] + (counts ? [file.interpreter] : [])
                for path in paths { if let path, let next = byPath[path] { keep(next) } }
                let names = file.libraries + (counts ? [file.command].compactMap { $0 } : [])
                for next in names.flatMap({ byName[$0] ?? [] }) { keep(next) }
            }
        }

        /// Scripts that the kernel or the boot code starts.
        private static func isBootScript(_ path: String) -> Bool {
            !path.contains("/") || path.hasPrefix("kiwi-hooks/") || path.contains("/kiwi/hooks/")
        }

        /// Where a chain of symlinks leads.
        func end(of path: String) -> String {
            var path = path
            for _ in 0..<40 {
                guard let next = byPath[path]?.target else { return path }
                path = next
            }
            return path
        }
    }
}
