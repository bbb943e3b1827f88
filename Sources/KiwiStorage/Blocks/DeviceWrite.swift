import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Bytes that belong at a place of a device: what a metadata format puts there.
public struct DeviceWrite: Sendable, Hashable {
    /// Bytes from the start of the device.
    public var offset: Int64
    public var bytes: [UInt8]

    public init(offset: Int64, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }

    /// Writes into an existing file.
    ///
    /// - Parameter start: where the device begins in the file, in bytes.
    public func write(to file: String, deviceAt start: Int64 = 0) throws {
        let descriptor = open(file, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("open", file) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(
                    descriptor, $0.baseAddress! + done, $0.count - done, off_t(start + offset) + off_t(done))
            }
            guard count > 0 else { throw FileError.current("write", file) }
            done += count
        }
    }
}
