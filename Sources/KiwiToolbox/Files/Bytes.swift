extension [UInt8] {
    /// Overwrites bytes that are there.
    public mutating func put(_ bytes: some Collection<UInt8>, at place: Int) {
        replaceSubrange(place..<place + bytes.count, with: bytes)
    }

    /// Overwrites bytes with a number, little-endian.
    public mutating func put<Number: FixedWidthInteger & Sendable>(_ number: Number, at place: Int) {
        Swift.withUnsafeBytes(of: number.littleEndian) { put(Array($0), at: place) }
    }
}
