/// AES-XTS as IEEE 1619 has it, one sector at a time: slow and simple, to check what cryptsetup writes.
struct ReferenceXTS {
    private let content: AES
    private let tweak: AES

    /// - Parameter key: both halves.
    init(key: [UInt8]) {
        content = AES(key: Array(key[..<(key.count / 2)]))
        tweak = AES(key: Array(key[(key.count / 2)...]))
    }

    /// - Parameter number: of the sector, in units of 512 bytes.
    func encrypt(_ sector: [UInt8], number: UInt64) -> [UInt8] {
        var start = [UInt8](repeating: 0, count: 16)
        for index in 0..<8 { start[index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
        var mask = tweak.encrypt(start)
        var result: [UInt8] = []
        for block in stride(from: 0, to: sector.count, by: 16) {
            let mixed = zip(sector[block..<block + 16], mask).map { $0 ^ $1 }
            result += zip(content.encrypt(mixed), mask).map { $0 ^ $1 }
            var carry: UInt8 = 0
            for index in 0..<16 {
                let next = mask[index] >> 7
                mask[index] = mask[index] << 1 | carry
                carry = next
            }
            if carry == 1 { mask[0] ^= 0x87 }
        }
        return result
    }

    struct AES {
        private var schedule: [[UInt8]] = []
        private let rounds: Int
        private static let box: [UInt8] = {
            var box = [UInt8](repeating: 0x63, count: 256)
            var p: UInt8 = 1
            var q: UInt8 = 1
            func turn(_ x: UInt8, _ n: UInt8) -> UInt8 { x << n | x >> (8 - n) }
            repeat {
                p = p ^ double(p)
                q ^= q << 1
                q ^= q << 2
                q ^= q << 4
                if q & 0x80 != 0 { q ^= 9 }
                box[Int(p)] = q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4) ^ 0x63
            } while p != 1
            return box
        }()

        private static func double(_ x: UInt8) -> UInt8 { x << 1 ^ (x & 0x80 != 0 ? 0x1b : 0) }

        init(key: [UInt8]) {
            let count = key.count / 4
            rounds = count + 6
            for index in 0..<count { schedule.append(Array(key[4 * index..<4 * index + 4])) }
            var constant: UInt8 = 1
            for index in count..<4 * (rounds + 1) {
                var word = schedule[index - 1]
                if index % count == 0 {
                    word = (word[1...] + word[..<1]).map { Self.box[Int($0)] }
                    word[0] ^= constant
                    constant = Self.double(constant)
                } else if count > 6, index % count == 4 {
                    word = word.map { Self.box[Int($0)] }
                }
                schedule.append(zip(schedule[index - count], word).map { $0 ^ $1 })
            }
        }

        func encrypt(_ block: [UInt8]) -> [UInt8] {
            var state = add(block, round: 0)
            for round in 1...rounds {
                state = (0..<16).map { Self.box[Int(state[($0 + 4 * ($0 % 4)) % 16])] }
                if round < rounds {
                    state = stride(from: 0, to: 16, by: 4).flatMap { column -> [UInt8] in
                        let part = Array(state[column..<column + 4])
                        let sum = part.reduce(0, ^)
                        return (0..<4).map { part[$0] ^ sum ^ Self.double(part[$0] ^ part[($0 + 1) % 4]) }
                    }
                }
                state = add(state, round: round)
            }
            return state
        }

        private func add(_ state: [UInt8], round: Int) -> [UInt8] {
            (0..<16).map { state[$0] ^ schedule[4 * round + $0 / 4][$0 % 4] }
        }
    }
}
