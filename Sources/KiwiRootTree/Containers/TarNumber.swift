/// A number of a tar header.
public enum TarNumber {
    /// Octal digits, or with the first bit set, a binary number.
    public static func read(_ bytes: ArraySlice<UInt8>) throws -> Int64 {
        if let first = bytes.first, first & 0x80 != 0 {
            // The second bit is the sign.
            var value = first & 0x40 == 0 ? Int64(first & 0x3f) : -1
            for byte in bytes.dropFirst() {
                let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
                guard !overflow else { throw TarFailure("a number is too large") }
                value = shifted | Int64(byte)
            }
            return value
        }
        var value: Int64 = 0
        for byte in bytes.drop(while: { $0 == 0x20 }) {
            if byte == 0 || byte == 0x20 { break }
            guard (0x30...0x37).contains(byte) else { throw TarFailure("a number is damaged") }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 8)
            guard !overflow else { throw TarFailure("a number is too large") }
            value = shifted + Int64(byte - 0x30)
        }
        return value
    }
}
