import KiwiDiagnostics
import KiwiToolbox

/// `vhdfixedtag`: a GUID in a sector of its own, 64 KiB behind the start of the disk.
enum VHDTag {
    static let offset: Int64 = 1 << 16

    /// - Throws: `Failure` when there is something else: KIWI overwrites it, and with it a boot loader
    ///   that reaches so far into the space before the first partition.
    static func write(_ tag: String, to path: String, because: Position?) throws {
        guard let bytes = UUIDBytes.parse(tag) else { return }
        let file = try BinaryFile(path, writable: true)
        guard try file.read(512, at: offset).allSatisfy({ $0 == 0 }) else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "vhd-tag", at: because,
                    "there is no place for the tag: byte 65536 of the disk is in use by the boot loader",
                    remedy: "use a GPT (firmware=\"uefi\" or \"efi\"), or remove 'vhdfixedtag'"))
        }
        try file.write(UUIDBytes.guid(bytes), at: offset)
    }
}
