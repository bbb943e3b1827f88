import KiwiToolbox

/// Copies a tree so that reading its folders gives sorted names (on a tmpfs), with owners,
/// attributes and times no later than the clock.
public struct SortedCopy: Sendable {
    public var source: String
    public var target: String
    public var clock: Int64
    public var excluded: [String]

    public init(of source: String, to target: String, clock: Int64, excluded: [String]) {
        self.source = source
        self.target = target
        self.clock = clock
        self.excluded = excluded
    }

    public var call: ToolCall {
        let attributes = ["--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner"]
        var pack = ["--create", "--sort=name", "--format=pax", "--one-file-system"] + attributes
        pack += ["--mtime=@\(clock)", "--clamp-mtime", "--anchored", "--no-wildcards"]
        pack += excluded.map { "--exclude=./\($0)" }
        pack += ["--directory", source, "--file", "-", "."]
        let unpack =
            ["--extract", "--preserve-permissions", "--same-owner"] + attributes
            + ["--directory", target, "--file", "-"]
        return ToolCall("tar", pack, output: .pipe(to: ToolCall("tar", unpack)))
    }
}
