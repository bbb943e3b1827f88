import KiwiRootTree
import KiwiToolbox

/// One member of a tar archive that has no content, in the pax form GNU tar writes too.
struct TarHeader: Sendable {
    enum Kind: UInt8, Sendable {
        case file = 0x30
        case characterDevice = 0x33
        case blockDevice = 0x34
        case folder = 0x35
    }

    var path: RawPath
    var kind: Kind
    /// Permission bits.
    var mode: UInt32
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
    var time: Int64
    var major: UInt32 = 0
    var minor: UInt32 = 0

    /// The member's blocks, without the end of an archive.
    var bytes: [UInt8] {
        var records: [(String, [UInt8])] = []
        let fitting = path.bytes.count <= 100 && path.bytes.allSatisfy { $0 < 0x80 }
        if !fitting { records.append(("path", path.bytes)) }
        for (name, value) in [("uid", userID), ("gid", groupID)] where value > 0o7777777 {
            records.append((name, Array(String(value).utf8)))
        }
        let short = RawPath(Array(path.bytes.suffix(100)))
        let own = block(short.bytes, kind.rawValue, size: 0)
        guard !records.isEmpty else { return own }
        let content = records.flatMap { Self.record($0.0, $0.1) }
        let padding = [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        // 'x': a header that describes the next member.
        return block(Array("PaxHeaders".utf8), 0x78, size: content.count) + content + padding + own
    }

    /// `LENGTH NAME=VALUE\n`, where the length counts itself.
    static func record(_ name: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(name)=".utf8) + value + [0x0a]
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length {
            length = String(length).utf8.count + rest.count
        }
        return Array(String(length).utf8) + rest
    }

    private func block(_ name: [UInt8], _ type: UInt8, size: Int) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: [UInt8], at offset: Int) {
            block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        func number(_ value: UInt64, _ digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        put(name, at: 0)
        put(number(UInt64(mode & 0o7777), 7), at: 100)
        put(number(UInt64(userID > 0o7777777 ? 0 : userID), 7), at: 108)
        put(number(UInt64(groupID > 0o7777777 ? 0 : groupID), 7), at: 116)
        put(number(UInt64(size), 11), at: 124)
        put(number(UInt64(max(0, time)), 11), at: 136)
        put(Array("        ".utf8), at: 148)
        block[156] = type
        put(Array("ustar".utf8) + [0, 0x30, 0x30], at: 257)
        put(number(UInt64(major), 7), at: 329)
        put(number(UInt64(minor), 7), at: 337)
        let sum = block.reduce(0) { $0 + UInt64($1) }
        put(number(sum, 6) + [0, 0x20], at: 148)
        return block
    }
}

extension DeviceNode {
    func tarHeader(clock: Int64) -> TarHeader {
        TarHeader(
            path: rawPath, kind: kind == .block ? .blockDevice : .characterDevice, mode: mode, userID: userID,
            groupID: groupID, time: clock, major: major, minor: minor)
    }

    /// Relative to the tree.
    var rawPath: RawPath { RawPath(String(path.drop { $0 == "/" })) }
}
