import KiwiToolbox

/// A call of GNU tar whose output depends on nothing but the tree and the clock: numeric owners
/// without names, sorted, times no later than the clock, all extended attributes, sparse files.
struct TarCall: Sendable {
    var source: String
    /// A file with the members' names, each ended by a zero byte.
    var names: String
    /// Whether folders stand for all they hold.
    var recursive = true
    /// Patterns of what is left out, relative to the source.
    var excluded: [String] = []
    /// Later times become this one; nil: all stay.
    var clock: Int64?

    /// Extended attributes that belong to the stack of layers and not to a file.
    static let marks = ["trusted.overlay.*", "user.overlay.*"]

    var call: ToolCall {
        var words = [
            "--create", "--file=-", "--directory=\(source)", "--format=pax",
            // Process numbers and access times would differ from run to run.
            "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
            "--sort=name", "--numeric-owner", "--one-file-system", "--xattrs", "--xattrs-include=*",
            // Newer forms have process numbers in names.
            "--sparse", "--sparse-version=0.0",
        ]
        if let clock { words += ["--mtime=@\(clock)", "--clamp-mtime"] }
        words += Self.marks.map { "--xattrs-exclude=\($0)" }
        // Access lists are among the attributes; tar's own form of them has names of this machine.
        words += ["--anchored", "--wildcards", "--no-wildcards-match-slash"]
        words += excluded.map { "--exclude=\($0)" }
        words.append(recursive ? "--recursion" : "--no-recursion")
        words += ["--null", "--verbatim-files-from", "--files-from=\(names)"]
        // Names are bytes: the C locale takes them as they are.
        return ToolCall("tar", words, environment: ["LC_ALL": "C"], logPrefix: "tar: ")
    }

    /// Writes the names of the members at the top, which need not be UTF-8.
    static func writeNames(_ names: [RawPath], to path: String) throws {
        try FileSystem.write(names.flatMap { $0.bytes + [0] }, to: path)
    }

    /// What lies at the top of a tree and is not left out.
    static func topNames(of tree: String, without exclusions: Exclusions) throws -> [RawPath] {
        let matcher = exclusions.matcher
        return try RawPath([]).names(below: tree).map(RawPath.init)
            .filter { !matcher.excludes($0) }
    }

    static let requirement = ToolRequirement("tar", package: "tar", to: "pack the root tree")
}
