/// A file of a tree as far as stripping is concerned. Paths are inside the tree, without a slash at the
/// start and without symlinked folders.
struct StripFile: Sendable, Hashable {
    enum Role: Sendable, Hashable {
        /// In a folder of programs.
        case tool
        /// A shared library in a folder that the loader searches.
        case library
        case other
    }

    var path: String
    /// Where a symlink leads, links at its end not followed; nil when it is none.
    var target: String?
    /// The program that interprets or loads it.
    var interpreter: String?
    /// The program that `#!/usr/bin/env` looks for.
    var command: String?
    /// Whether it starts with `#!`.
    var isScript = false
    /// Libraries that an ELF file needs.
    var libraries: [String] = []

    init(_ path: String) { self.path = path }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    var role: Role {
        let folder = path.split(separator: "/").dropLast().map(String.init)
        if ["bin", "sbin", "usr/bin", "usr/sbin"].contains(folder.joined(separator: "/")) { return .tool }
        return Self.isLibraryFolder(folder) && name.contains(".so") ? .library : .other
    }

    /// `lib`, `usr/lib64`, `usr/lib/x86_64-linux-gnu`...
    private static func isLibraryFolder(_ folder: [String]) -> Bool {
        var folder = folder
        if folder.first == "usr" { folder.removeFirst() }
        guard let first = folder.first, ["lib", "lib32", "lib64", "libx32"].contains(first) else {
            return false
        }
        return folder.count == 1 || folder.count == 2 && folder[1].contains("-linux-")
    }
}
