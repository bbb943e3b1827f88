import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Compares what a build will write with what is free, before it writes.
public enum SpaceCheck {
    /// Bytes that something needs in a folder.
    public struct Need: Sendable {
        public var folder: String
        public var bytes: Int64
        /// For people: "results", "the cache".
        public var purpose: String

        public init(folder: String, bytes: Int64, purpose: String) {
            self.folder = folder
            self.bytes = bytes
            self.purpose = purpose
        }
    }

    /// One finding for each file system that is too small; needs on the same one are added up.
    public static func findings(_ needs: [Need]) -> [Diagnostic] {
        var byDevice: [UInt: [Need]] = [:]
        var order: [UInt] = []
        for need in needs {
            var place = need.folder
            while !FileSystem.exists(place), place != "/" { place = FileSystem.parent(of: place) }
            var info = stat()
            guard stat(place, &info) == 0 else { continue }
            if byDevice[UInt(info.st_dev)] == nil { order.append(UInt(info.st_dev)) }
            byDevice[UInt(info.st_dev), default: []].append(need)
        }
        return order.compactMap { device in
            let needs = byDevice[device]!
            let wanted = needs.reduce(0) { $0 + $1.bytes }
            guard let free = FileSystem.freeBytes(at: needs[0].folder), free < wanted else { return nil }
            let list = needs.map { "\($0.folder) (\($0.purpose))" }.joined(separator: " and ")
            return Diagnostic(
                "no-space", "\(list) needs \(binarySize(wanted)), \(binarySize(free)) are free",
                remedy: "free space there, or choose folders on another file system")
        }
    }

    /// A size for people, for example `1.4 GiB`.
    public static func binarySize(_ bytes: Int64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : "\(tenths(value)) \(units[unit])"
    }
}
