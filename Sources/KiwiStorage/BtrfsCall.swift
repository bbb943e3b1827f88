import KiwiToolbox

/// Makes a btrfs file system in a file from a folder.
///
/// The ids of its chunks and subvolume are random in current btrfs-progs, so two runs
/// differ in bytes, not in content.
public struct BtrfsCall: Sendable {
    public var source: String
    public var output: String
    public var bytes: Int64
    public var uuid: String
    public var options: [String] = []

    public init(from source: String, to output: String, bytes: Int64, uuid: String) {
        self.source = source
        self.output = output
        self.bytes = bytes
        self.uuid = uuid
    }

    public var call: ToolCall {
        ToolCall(
            "mkfs.btrfs",
            ["--quiet", "--force", "--uuid", uuid, "--byte-count", "\(bytes)", "--rootdir", source] + options
                + [output])
    }
}
