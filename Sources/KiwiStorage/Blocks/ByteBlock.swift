import KiwiToolbox

/// A block of an on-disk structure, zero where nothing is put. Numbers are little-endian.
struct ByteBlock {
    private(set) var bytes: [UInt8]

    init(count: Int) { bytes = [UInt8](repeating: 0, count: count) }

    mutating func put(_ content: some Sequence<UInt8>, at offset: Int) {
        bytes.put(Array(content), at: offset)
    }

    mutating func put(_ number: some FixedWidthInteger & Sendable, at offset: Int) {
        bytes.put(number, at: offset)
    }
}
