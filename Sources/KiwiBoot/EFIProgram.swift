import KiwiToolbox

/// The header of a program for EFI.
///
/// Source: Microsoft PE format, "COFF file header" and "Optional header".
enum EFIProgram {
    /// Where the place of the header stands.
    private static let headerPointer: Int64 = 0x3c
    /// From the start of the header.
    private static let timeOffset: Int64 = 8
    private static let checksumOffset: Int64 = 0x58
    private static let mark = Array("PE\0\0".utf8)

    /// Gives a program the build's time, where objcopy writes the time of its run, and no checksum: that would
    /// be another one, and firmware does not read it.
    static func setTime(_ clock: Int64, of path: String) throws {
        let file = try BinaryFile(path, writable: true)
        let header = try file.read(4, at: headerPointer).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard try file.read(mark.count, at: header) == mark else { return }
        var time = [UInt8](repeating: 0, count: 4)
        time.put(UInt32(clamping: clock), at: 0)
        try file.write(time, at: header + timeOffset)
        try file.write([UInt8](repeating: 0, count: 4), at: header + checksumOffset)
    }
}
