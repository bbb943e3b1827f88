/// Binary units, in which the system shows and compares sizes.
public enum ByteCount {
    public static let kibi: Int64 = 1 << 10
    public static let mebi: Int64 = 1 << 20
    public static let gibi: Int64 = 1 << 30

    /// One decimal in the largest fitting unit: `1.2 GiB`, `800 MiB`, `17 B`.
    public static func text(_ bytes: Int64) -> String {
        for (unit, name) in [(gibi, "GiB"), (mebi, "MiB"), (kibi, "KiB")] where bytes >= unit {
            let tenths = (bytes * 10 + unit / 2) / unit
            return tenths % 10 == 0 || tenths >= 1000
                ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) B"
    }

    /// `bytes` raised to the next multiple of `unit`.
    public static func roundUp(_ bytes: Int64, to unit: Int64) -> Int64 { (bytes + unit - 1) / unit * unit }
}
