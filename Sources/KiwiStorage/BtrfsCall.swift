import KiwiToolbox

/// Makes a btrfs file system in a file from a folder.
///
/// The ids of its chunks and subvolume are random in current btrfs-progs, so two runs
/// differ in bytes, not in content.
public struct BtrfsCall: Sendable {
    /// Folder with the content; nil makes an empty file system.
    public var source: String?
    public var output: String
    public var bytes: Int64
    public var uuid: String
    public var label: String?
    public var options: [String] = []

    public init(from source: String?, to output: String, bytes: Int64, uuid: String) {
        self.source = source
        self.output = output
        self.bytes = bytes
        self.uuid = uuid
    }

    public var call: ToolCall {
        ToolCall(
            "mkfs.btrfs",
            ["--quiet", "--force", "--uuid", uuid, "--byte-count", "\(bytes)"]
                + (source.map { ["--rootdir", $0] } ?? [])
                + (label.map { ["--label", $0] } ?? []) + options + [output])
    }

    public var check: ToolCall { ToolCall("btrfs", ["check", output]) }
}
