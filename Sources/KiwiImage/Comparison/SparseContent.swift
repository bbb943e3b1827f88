import KiwiDiagnostics
import KiwiToolbox

/// The content of a sparse member: the data of its pieces; what is between them is zeros. In GNU's
/// sparse format 1.0 the map of the pieces comes first, decimal lines padded to 512 bytes.
struct SparseContent: Sendable {
    typealias Piece = (offset: Int64, length: Int64)

    let size: Int64
    private var head: [UInt8] = []
    /// Nil until the map is read.
    private var pieces: [Piece]?
    private var place: Int64 = 0

    /// The map is in the content.
    init(size: Int64) { self.size = size }

    init(size: Int64, pieces: [Piece]) {
        self.size = size
        self.pieces = pieces
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>, into digest: inout RunningDigest) throws(Diagnostic) {
        var rest = bytes
        while pieces == nil, !rest.isEmpty {
            let count = min(512 - head.count % 512, rest.count)
            head += rest.prefix(count)
            rest = rest.dropFirst(count)
            if head.count % 512 == 0 { try readMap() }
            guard head.count <= 1 << 24 else {
                throw TarReader.damaged("the map of a sparse file is too large")
            }
        }
        while !rest.isEmpty {
            guard var piece = pieces?.first else {
                throw TarReader.damaged("a sparse file has too much data")
            }
            if piece.length == 0 {
                pieces?.removeFirst()
                continue
            }
            try skip(to: piece.offset, &digest)
            let count = Int(min(piece.length, Int64(rest.count)))
            digest.update(rest.prefix(count))
            rest = rest.dropFirst(count)
            piece.offset += Int64(count)
            piece.length -= Int64(count)
            place = piece.offset
            pieces?[0] = piece
        }
    }

    mutating func finish(into digest: inout RunningDigest) throws(Diagnostic) {
        guard pieces?.allSatisfy({ $0.length == 0 }) ?? false else {
            throw TarReader.damaged("a sparse file has too little data")
        }
        try skip(to: size, &digest)
    }

    private mutating func skip(to offset: Int64, _ digest: inout RunningDigest) throws(Diagnostic) {
        guard offset >= place, offset <= size else {
            throw TarReader.damaged("the map of a sparse file is wrong")
        }
        let zeros = [UInt8](repeating: 0, count: Int(min(1 << 20, offset - place)))
        while place < offset {
            let count = Int(min(Int64(zeros.count), offset - place))
            digest.update(zeros[..<count])
            place += Int64(count)
        }
    }

    /// The map is complete when it has as many lines as its first one says.
    private mutating func readMap() throws(Diagnostic) {
        let lines = head.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            .map { Int64(String(decoding: $0, as: UTF8.self)) }
        guard let first = lines.first, let count = first, count >= 0, count < 1 << 20 else {
            throw TarReader.damaged("the map of a sparse file is wrong")
        }
        guard lines.count >= 1 + 2 * Int(count) else { return }
        var found: [Piece] = []
        for index in 0..<Int(count) {
            guard let offset = lines[1 + 2 * index], let length = lines[2 + 2 * index], offset >= 0,
                length >= 0
            else {
                throw TarReader.damaged("the map of a sparse file is wrong")
            }
            found.append((offset, length))
        }
        pieces = found
    }
}
