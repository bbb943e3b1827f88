/// What a dynamic ELF file asks the loader for. Pure; whatever the bytes are, reading ends.
public struct ELFFile: Sendable, Equatable {
    /// Names of the libraries it needs.
    public var needed: [String] = []
    /// The loader, of programs.
    public var interpreter: String?

    public static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

    /// nil when the bytes are no ELF file.
    public init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic), bytes.count > 52 else { return nil }
        let reader = Reader(bytes: bytes, isWide: bytes[4] == 2, isBig: bytes[5] == 2)
        let segments = reader.segments
        interpreter = segments.first { $0.type == 3 }.map { reader.text(at: $0.offset) }
        guard let dynamic = segments.first(where: { $0.type == 2 }) else { return }
        var names: [Int] = []
        var table: Int?
        let width = reader.isWide ? 8 : 4
        for place in stride(from: dynamic.offset, to: dynamic.offset &+ dynamic.size, by: 2 * width) {
            guard let tag = reader.word(place), tag != 0, let value = reader.word(place &+ width) else {
                break
            }
            if tag == 1 { names.append(value) }
            if tag == 5 { table = value }
        }
        guard
            let table,
            let home = segments.first(where: {
                $0.type == 1 && table >= $0.address && table - $0.address < $0.size
            })
        else { return }
        let start = home.offset &+ (table - home.address)
        needed = names.map { reader.text(at: start &+ $0) }.filter { !$0.isEmpty }
    }

    private struct Segment {
        var type: Int
        var offset: Int
        var address: Int
        var size: Int
    }

    private struct Reader {
        var bytes: [UInt8]
        var isWide: Bool
        var isBig: Bool

        /// An unsigned number; nil outside of the file or when it is too large to be a place in one.
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place <= bytes.count - count else { return nil }
            let digits = bytes[place..<place + count]
            var value: UInt64 = 0
            for byte in isBig ? Array(digits) : digits.reversed() { value = value << 8 | UInt64(byte) }
            return Int(exactly: value)
        }

        func word(_ place: Int) -> Int? { number(place, isWide ? 8 : 4) }

        func text(at place: Int) -> String {
            guard place >= 0, place < bytes.count else { return "" }
            return String(decoding: bytes[place...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
        }

        /// The program headers.
        var segments: [Segment] {
            guard let start = word(isWide ? 32 : 28), let size = number(isWide ? 54 : 42, 2),
                let count = number(isWide ? 56 : 44, 2)
            else { return [] }
            return (0..<count).compactMap { index in
                let place = start &+ index &* size
                guard let type = number(place, 4), let offset = word(place &+ (isWide ? 8 : 4)),
                    let address = word(place &+ (isWide ? 16 : 8)),
                    let length = word(place &+ (isWide ? 32 : 16)), offset < bytes.count
                else { return nil }
                return Segment(type: type, offset: offset, address: address, size: min(length, bytes.count))
            }
        }
    }
}
