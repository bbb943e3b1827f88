/// A packet of the Trivial File Transfer Protocol (RFC 1350, options of RFC 2347 to 2349 and 7440). Pure.
enum TFTPPacket: Equatable {
    case read(String, options: [(String, String)])
    case write(String, options: [(String, String)])
    case data(UInt16, ArraySlice<UInt8>)
    case acknowledgement(UInt16)
    case error(TFTPError, String)
    case options([(String, String)])

    static func == (left: TFTPPacket, right: TFTPPacket) -> Bool { left.bytes == right.bytes }

    /// nil when the bytes are none.
    init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count >= 4 else { return nil }
        let number = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        switch UInt16(bytes[0]) << 8 | UInt16(bytes[1]) {
        case 1, 2:
            guard bytes.count <= 1024, var words = Self.words(bytes[2...]), words.count >= 2 else {
                return nil
            }
            let name = words.removeFirst()
            let mode = words.removeFirst().lowercased()
            // Text mode would change the bytes of every file; clients that ask for it get them as they are.
            guard mode == "octet" || mode == "netascii" else { return nil }
            let options = stride(from: 0, to: words.count - 1, by: 2).map {
                (words[$0].lowercased(), words[$0 + 1])
            }
            self = bytes[1] == 1 ? .read(name, options: options) : .write(name, options: options)
        case 3: self = .data(number, bytes[4...])
        case 4: self = .acknowledgement(number)
        case 5:
            self = .error(
                TFTPError(rawValue: number) ?? .other,
                String(decoding: bytes[4...].prefix { $0 != 0 }, as: UTF8.self))
        case 6:
            guard let words = Self.words(bytes[2...]) else { return nil }
            self = .options(
                stride(from: 0, to: words.count - 1, by: 2).map { (words[$0].lowercased(), words[$0 + 1]) })
        default: return nil
        }
    }

    /// Texts that end with a zero byte each.
    private static func words(_ bytes: ArraySlice<UInt8>) -> [String]? {
        var bytes = bytes
        // Some firmware forgets the last one, or adds more.
        while bytes.last == 0 { bytes.removeLast() }
        var result: [String] = []
        for part in bytes.split(separator: 0, omittingEmptySubsequences: false) {
            guard let word = String(validating: part, as: UTF8.self) else { return nil }
            result.append(word)
        }
        return result
    }

    var bytes: [UInt8] {
        func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
        func texts(_ words: [String]) -> [UInt8] { words.flatMap { Array($0.utf8) + [0] } }
        switch self {
        case .read(let name, let options):
            return [0, 1] + texts([name, "octet"] + options.flatMap { [$0.0, $0.1] })
        case .write(let name, let options):
            return [0, 2] + texts([name, "octet"] + options.flatMap { [$0.0, $0.1] })
        case .data(let block, let data): return [0, 3] + number(block) + data
        case .acknowledgement(let block): return [0, 4] + number(block)
        case .error(let code, let text): return [0, 5] + number(code.rawValue) + texts([text])
        case .options(let options): return [0, 6] + texts(options.flatMap { [$0.0, $0.1] })
        }
    }
}

/// The numbers of errors.
enum TFTPError: UInt16 {
    case other = 0
    case notFound = 1
    case forbidden = 2
    case full = 3
    case wrongOperation = 4
}

/// What client and server agree on for a transfer. Pure.
struct TFTPOptions: Equatable {
    var blockSize = 512
    /// Blocks before an answer.
    var window = 1
    /// Seconds until something is sent again.
    var timeout = 1
    /// Bytes of the file, when the client tells or wants to know.
    var size: Int64?
    /// What the server takes, to be told to the client; empty: nothing is told.
    var accepted: [(String, String)] = []

    static func == (left: TFTPOptions, right: TFTPOptions) -> Bool {
        (left.blockSize, left.window, left.timeout, left.size) == (
            right.blockSize, right.window, right.timeout, right.size
        )
            && left.accepted.elementsEqual(right.accepted) { $0 == $1 }
    }

    /// - Parameter size: of the file that is read; nil for one that is written.
    init(_ wanted: [(String, String)], size: Int64?) {
        for (name, value) in wanted.prefix(16) {
            guard let number = Int64(value) else { continue }
            switch name {
            case "blksize" where number >= 8:
                // A packet that is not cut on Ethernet is the client's choice, not ours.
                blockSize = Int(min(number, 65464))
                accepted.append((name, String(blockSize)))
            case "windowsize" where number >= 1 && size != nil:
                window = Int(min(number, 64))
                accepted.append((name, String(window)))
            case "timeout" where (1...255).contains(number):
                timeout = Int(number)
                accepted.append((name, value))
            case "tsize" where number >= 0:
                self.size = size ?? number
                accepted.append((name, String(size ?? number)))
            default: break
            }
        }
    }
}
