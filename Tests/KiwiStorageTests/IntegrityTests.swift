import Crypto
import KiwiDescription
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct IntegrityTests {
    private func volume(_ attributes: [String: String] = [:]) throws -> IntegrityVolume {
        var type = ImageType(image: "oem")
        type.attributes = attributes.mapValues { Located($0) }
        type.attributes["standalone_integrity"] = Located("true")
        return try #require(IntegrityVolume(type))
    }

    /// Of 100 MiB: 18 sections of the journal, and tags for six whole areas and a part of one.
    @Test func layout() throws {
        let layout = try #require(IntegrityLayout(deviceBytes: 100 << 20))
        #expect(layout.journalSections == 18 && layout.initialSectors == 8 + 18 * 88)
        #expect(layout.contentSectors == 5 * 32_768 + (204_800 - 1592 - 5 * 34_816 - 2048) / 8 * 8)
        #expect(layout.areas == 6)
        #expect(layout.dataOffset(area: 1) == (1592 + 34_816 + 2048) * 512)
        #expect(IntegrityLayout(deviceBytes: 1 << 20) == nil)
        for content: Int64 in [4096, 5 << 20, 16 << 20, 100 << 20, 3 << 30] {
            let bytes = IntegrityLayout.deviceBytes(for: content)
            #expect(try #require(IntegrityLayout(deviceBytes: bytes)).contentBytes >= content)
            #expect(bytes < content + content / 8 + 4 << 20)
        }
    }

    @Test func texts() throws {
        #expect(
            try volume().integritytab(device: "PARTUUID=u")
                == "integrityRoot PARTUUID=u - integrity-algorithm=sha256\n")
        let keyed = try volume(["integrity_keyfile": "/etc/keys/root.bin"])
        #expect(
            keyed.integritytab(device: "PARTUUID=u")
                == "integrityRoot PARTUUID=u /etc/keys/root.bin integrity-algorithm=hmac-sha256\n")
        let layout = try #require(IntegrityLayout(deviceBytes: 100 << 20))
        func text(_ volume: IntegrityVolume, _ kind: FileSystemKind) -> [String] {
            VerificationMetadata(volume, layout, fileSystem: kind).text.split(separator: 0xff)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(
            text(keyed, .ext4) == [
                "1 ext4 rw integrity",
                "\(layout.contentSectors) 512 3 internal_hash:hmac(sha256)::root fix_padding fix_hmac", "\0",
            ])
        #expect(try text(volume(), .squashfs).first == "1 squashfs ro integrity")
        #expect(IntegrityVolume(ImageType(image: "oem")) == nil)
    }

    @Test(arguments: ["", "plain", "legacy"]) func everySectorHasItsTag(_ key: String) async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let plain = try place.content(bytes: 17 << 20)
        let secret: [UInt8] = [1, 2, 3]
        try FileSystem.write(secret, to: "\(place.path)/key")
        var attributes: [String: String] = [:]
        if !key.isEmpty { attributes["integrity_keyfile"] = "\(place.path)/key" }
        if key == "legacy" { attributes["integrity_legacy_hmac"] = "true" }
        let size = IntegrityLayout.deviceBytes(for: FileSystem.size(of: plain) ?? 0)
        let file = "\(place.path)/disk"
        try FileSystem.makeSparse(file, bytes: 4096 + size)
        let id = DerivedID(key: "k", type: "oem", role: "r")
        try await volume(attributes).write(plain, into: file, at: 4096, deviceBytes: size, salt: id)
        let device = Array(try FileSystem.readBytes(file)[4096...])
        let content = try FileSystem.readBytes(plain)
        let layout = try #require(IntegrityLayout(deviceBytes: size))
        #expect(device.starts(with: Array("integrt\0".utf8) + [key == "plain" ? 5 : 4, 15, 32, 0]))
        #expect(device[24] == (key == "plain" ? 0x18 : 0x08))
        // An unused entry, and the marks of the first and the last sector of the second section.
        #expect(device[4096 + 4..<4096 + 8].elementsEqual([255, 255, 255, 255]))
        let last = (8 + 2 * 88) * 512
        #expect(device[last - 8..<last].elementsEqual([0x11 ^ 87, 0x11, 0x11, 0x11, 0x10, 0x11, 0x11, 0x11]))
        for sector in [0, 1, 32_767, 32_768, content.count / 512 - 1, Int(layout.contentSectors) - 1] {
            let area = Int64(sector / 32_768)
            let place = Int(layout.dataOffset(area: area)) + sector % 32_768 * 512
            let bytes = Array(device[place..<place + 512])
            let expected =
                sector * 512 < content.count
                ? Array(content[sector * 512..<sector * 512 + 512]) : [UInt8](repeating: 0, count: 512)
            #expect(bytes == expected)
            var text = (0..<8).map { UInt8(truncatingIfNeeded: sector >> (8 * $0)) } + bytes
            if key == "plain" { text = Array(device[48..<64]) + text }
            let tag = Int(layout.tagOffset(area: area)) + sector % 32_768 * 32
            let sum: [UInt8] =
                key.isEmpty
                ? Array(SHA256.hash(data: text))
                : Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: secret)))
            #expect(device[tag..<tag + 32].elementsEqual(sum), "sector \(sector)")
        }
    }
}
