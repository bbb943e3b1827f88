import ArgumentParser

/// A number of bytes, written with binary units.
struct ByteCount: ExpressibleByArgument, Hashable, Sendable {
    var bytes: Int64

    init(bytes: Int64) { self.bytes = bytes }

    /// `10G`, `700m`, `1048576`; units are binary.
    init?(argument: String) {
        let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
        var digits = argument[...]
        var factor: Int64 = 1
        if let unit = argument.last?.lowercased().first, let known = units[unit] {
            factor = known
            digits = digits.dropLast()
        }
        guard let number = Int64(digits), number >= 0 else { return nil }
        let (value, overflow) = number.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        bytes = value
    }

    /// For people: `1.2 GiB`.
    var text: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        if unit == 0 { return "\(bytes) B" }
        let tenths = Int((value * 10).rounded())
        return tenths >= 1000
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
