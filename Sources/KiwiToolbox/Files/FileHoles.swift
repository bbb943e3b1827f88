#if canImport(Glibc)
    import Glibc
#endif

/// Where a file has data and where holes, as far as its file system tells.
public enum FileHoles {
    // The C library declares them for programs that ask for GNU's extensions only.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    /// The parts of an open file that may hold anything but zeros, in order; the file's position is lost.
    ///
    /// - Parameter size: of the file. Where holes cannot be asked for, all of it is data.
    public static func data(of descriptor: Int32, size: Int64) -> [Range<Int64>] {
        var parts: [Range<Int64>] = []
        var offset: Int64 = 0
        while offset < size {
            let start = Int64(lseek(descriptor, off_t(offset), seekData))
            // ENXIO: nothing but a hole is left.
            if start < 0, errno == ENXIO { break }
            let end = start < 0 ? -1 : Int64(lseek(descriptor, off_t(start), seekHole))
            guard start >= offset, end > start else { return parts + [offset..<size] }
            if start < size { parts.append(start..<min(end, size)) }
            offset = end
        }
        return parts
    }

    /// How many bytes of a file are not in holes; its size where that cannot be found out.
    public static func dataBytes(of path: RawPath, size: Int64) -> Int64 {
        let descriptor = open(path.c, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return size }
        defer { close(descriptor) }
        return data(of: descriptor, size: size).reduce(0) { $0 + Int64($1.count) }
    }
}
