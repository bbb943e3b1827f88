import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct LUKSTests {
    private func encryption(_ attributes: [String: String], format: [String] = []) throws -> Encryption {
        var type = ImageType(image: "oem")
        type.attributes = attributes.mapValues { Located($0) }
        type.luksFormatOptions = format
        return try #require(Encryption(type))
    }

    // MARK: - What the description says

    @Test func passphrases() throws {
        let forms: [(String, Encryption.Passphrase)] = [
            ("", .empty), ("random", .random), ("linux", .text("linux")), ("/a/b", .file("/a/b")),
            ("file:///a/b", .file("/a/b")), ("file:/a", .file("/a")), ("dir:///a", .file("/a")),
            ("http://a", .text("http://a")),
        ]
        for (text, form) in forms { #expect(try encryption(["luks": text]).passphrase == form) }
        #expect(Encryption(ImageType(image: "oem")) == nil)
    }

    @Test func optionsStandInKIWIsOrder() throws {
        let plain = try encryption(["luks": "x"])
        #expect(
            plain.luksFormatWords(uuid: "u").joined(separator: " ")
                == "--uuid u --offset 32768 --sector-size 512")
        #expect(plain.headerBytes == 16 << 20)
        let full = try encryption(
            ["luks": "x", "luks_version": "luks2", "luks_pbkdf": "pbkdf2", "luksOS": "sle12"],
            format: ["--cipher", "serpent", "--iter-time", "50"])
        #expect(
            full.formatOptions.joined(separator: " ")
                == "--type luks2 --cipher serpent --iter-time 50 --pbkdf pbkdf2 --cipher aes-xts-plain64 --key-size 256 --hash sha1"
        )
        #expect(full.keySlotWords == ["--pbkdf", "pbkdf2", "--iter-time", "50"])
        let old = try encryption(["luks": "x", "luks_version": "luks1"])
        #expect(
            old.luksFormatWords(uuid: "u").joined(separator: " ") == "--uuid u --offset 4096 --type luks1")
        let own = try encryption(
            ["luks": "x"], format: ["--offset=65536", "--sector-size", "4096", "--uuid=v"])
        #expect(own.headerBytes == 32 << 20 && own.uuid(derived: "u") == "v")
        #expect(
            own.luksFormatWords(uuid: "v") == [
                "--uuid", "v", "--offset=65536", "--sector-size", "4096", "--uuid=v",
            ])
        #expect(try encryption(["luks": "x"], format: ["--luks2-keyslots-size", "8M"]).headerBytes == nil)
    }

    @Test(arguments: [
        ("a rd.kiwi.oem.luks.reencrypt b", true), ("rd.kiwi.oem.luks.reencrypt=1", true),
        ("rd.kiwi.oem.luks.reencrypt_randompass", true), ("rd.kiwi.oem.luks.reencrypt=0", false),
        ("quiet", false),
    ]) func theFirstBootKnowsTheKeyOfTheImage(_ words: String, _ wanted: Bool) throws {
        let one = try encryption(["luks": "x", "kernelcmdline": words])
        #expect(one.isEncryptedAnew == wanted)
        #expect(one.luksFormatWords(uuid: "u").suffix(2) == ["--subsystem", "kiwi-image-key"] || !wanted)
        #expect(one.luksFormatWords(uuid: "u").contains("--subsystem") == wanted)
        let old = try encryption(["luks": "x", "kernelcmdline": words, "luks_version": "luks1"])
        #expect(old.diagnostics.count == (wanted ? 1 : 0))
        let own = try encryption(["luks": "x", "kernelcmdline": words], format: ["--subsystem=mine"])
        #expect(own.diagnostics.count == (wanted ? 1 : 0))
    }

    @Test func optionsThatCannotBeObeyedAreRefused() throws {
        for words in [["--integrity", "hmac-sha256"], ["--key-file=/x"], ["-d", "/x"], ["--header", "h"]] {
            #expect(try encryption(["luks": "x"], format: words).diagnostics.count == 1)
        }
        #expect(try encryption(["luks": "x"], format: ["--key-size", "256"]).diagnostics.isEmpty)
    }

    /// Neither a plan nor a key of a step may show it.
    @Test func thePassphraseIsNotEncoded() throws {
        let text = String(
            decoding: try CanonicalJSON.encode(encryption(["luks": "verysecret"])), as: UTF8.self)
        #expect(!text.contains("verysecret") && text.contains("formatOptions"))
    }

    @Test func textsOfTheTree() throws {
        #expect(Encryption.crypttab(uuid: "u", withKeyFile: false) == "luks UUID=u\n")
        #expect(Encryption.crypttab(uuid: "u", withKeyFile: true) == "luks UUID=u /root/.root.keyfile\n")
        let key = Encryption.newKey()
        #expect(key.count == 512 && key.allSatisfy(\.isHexDigit) && key != Encryption.newKey())
        #expect(try encryption(["luks": "x"]).needsKeyFile(bootIsEncrypted: true))
        #expect(try !encryption(["luks": "x"]).needsKeyFile(bootIsEncrypted: false))
        #expect(try encryption(["luks": ""]).needsKeyFile(bootIsEncrypted: false))
    }

    @Test func headersThatAreNoneAreRefused() throws {
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/x"
        let magic: [UInt8] = [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe]
        let cut = magic + [0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        for bytes in [
            [], magic, [UInt8](repeating: 0, count: 5000), cut + [UInt8](repeating: 0x7b, count: 5000),
        ] {
            try FileSystem.write(bytes, to: file)
            #expect(throws: Diagnostic.self) { try LUKSHeader(ofFile: file) }
        }
    }

    // MARK: - What cryptsetup makes of it

    struct Sample: Sendable, CustomTestStringConvertible {
        var attributes: [String: String]
        var format: [String] = []
        var header: (version: Int, offset: Int64, keyBytes: Int, sector: Int64)
        var testDescription: String { "\(attributes) \(format)" }
    }

    private static let literal = "a literal passphrase"

    static let samples = [
        Sample(
            attributes: ["luks": "", "luks_version": "luks2", "luks_pbkdf": "pbkdf2"],
            header: (2, 16 << 20, 64, 512)),
        Sample(
            attributes: ["luks": "/FILE", "luks_version": "luks1", "luksOS": "sle12"],
            header: (1, 2 << 20, 32, 512)),
        Sample(attributes: ["luks": literal, "luks_pbkdf": "pbkdf2"], header: (2, 16 << 20, 64, 512)),
        Sample(
            attributes: ["luks": "random", "luks_pbkdf": "pbkdf2"],
            format: ["--sector-size", "4096", "--luks2-keyslots-size", "1M"], header: (2, 0, 64, 4096)),
    ]

    @Test(.enabled(if: ToolCheck.find("cryptsetup") != nil, "needs cryptsetup"), arguments: samples)
    func volume(_ sample: Sample) async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let secret = "the passphrase\u{1}"
        let secretFile = "\(place.path)/secret"
        let keyFile = "\(place.path)/key"
        try FileSystem.write(secret, to: secretFile)
        try FileSystem.write(Encryption.newKey(), to: keyFile, mode: 0o600)
        var attributes = sample.attributes
        if attributes["luks"] == "/FILE" { attributes["luks"] = secretFile }
        let encryption = try encryption(attributes, format: ["--iter-time", "10"] + sample.format)
        let plain = try place.content(bytes: 100 << 10)
        let output = "\(place.path)/volume"
        let uuid = place.uuid
        let header = try await LUKSVolume(encryption, uuid: uuid, keyFile: keyFile).write(
            plain, to: output, in: place.workspace)
        #expect(header.version == sample.header.version && header.uuid == uuid)
        #expect(header.payloadOffset == sample.header.offset || sample.header.offset == 0)
        #expect(header.keyBytes == sample.header.keyBytes && header.sectorBytes == sample.header.sector)
        #expect(header.cipher == "aes-xts-plain64")
        #expect(try LUKSHeader(ofFile: output) == header)
        // Each key opens it, and the volume key that comes out is the one of the content.
        let volumeKey = "\(place.path)/volume-key"
        let zeros = "\(place.path)/zeros"
        try FileSystem.write([UInt8](repeating: 0, count: 32), to: zeros)
        var keys = [keyFile]
        if attributes["luks"] == "" { keys.append(zeros) }
        if attributes["luks"] == secretFile { keys.append(secretFile) }
        if attributes["luks"] == Self.literal {
            try FileSystem.write(Self.literal, to: secretFile)
            keys.append(secretFile)
        }
        for key in keys {
            try? FileSystem.removeTree(volumeKey)
            try await place.workspace.runner.run(
                ToolCall(
                    "cryptsetup",
                    [
                        "--batch-mode", "--disable-locks", "luksDump", "--dump-volume-key",
                        "--volume-key-file", volumeKey, "--key-file", key, output,
                    ]))
        }
        let content = try FileSystem.readBytes(plain)
        let encrypted = Array(try FileSystem.readBytes(output)[Int(header.payloadOffset)...])
        #expect(content.count == encrypted.count)
        let reference = ReferenceXTS(key: try FileSystem.readBytes(volumeKey))
        let size = Int(header.sectorBytes)
        // At the start, in the hole, at the end.
        for start in [0, size, 512 << 10, content.count - size] {
            let expected = reference.encrypt(
                Array(content[start..<start + size]), number: UInt64(start / 512))
            #expect(expected == Array(encrypted[start..<start + size]), "sector at \(start)")
        }
        #expect(try !FileSystem.readText("\(place.path)/log").contains("passphrase\u{1}"))
        #expect(try !FileSystem.readText("\(place.path)/log").contains(Self.literal))
        #expect(try FileSystem.names(in: "\(place.path)/scratch") == [])
        #expect(try FileSystem.names(in: "\(place.path)/bulk") == [])
    }

    /// On a partition: what lies before and behind stays as it is.
    @Test(.enabled(if: ToolCheck.find("cryptsetup") != nil, "needs cryptsetup")) func insideADisk()
        async throws
    {
        let place = try StackPlace()
        defer { place.remove() }
        let plain = try place.content(bytes: 64 << 10)
        let size = try #require(FileSystem.size(of: plain))
        let disk = "\(place.path)/disk"
        let around = [UInt8](repeating: 7, count: 1 << 20)
        try FileSystem.makeSparse(disk, bytes: 30 << 20)
        let end = 18 << 20 + size
        for offset in [0, end] { try DeviceWrite(offset: offset, bytes: around).write(to: disk) }
        let volume = LUKSVolume(
            try encryption(["luks": "x", "luks_pbkdf": "pbkdf2"], format: ["--iter-time", "10"]),
            uuid: place.uuid)
        let header = try await volume.write(plain, into: disk, at: 2 << 20, in: place.workspace)
        let bytes = try FileSystem.readBytes(disk)
        #expect(bytes.count == 30 << 20)
        #expect(bytes[..<(1 << 20)].elementsEqual(around))
        #expect(bytes[Int(end)..<Int(end) + 1 << 20].elementsEqual(around))
        #expect(bytes[(2 << 20)...].starts(with: [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe]))
        let whole = "\(place.path)/volume"
        try FileSystem.write(Array(bytes[(2 << 20)..<Int(end)]), to: whole)
        #expect(try LUKSHeader(ofFile: whole) == header)
        // cryptsetup decrypts it: back comes the content, at the start of the file.
        try FileSystem.write("x", to: "\(place.path)/key")
        try await place.workspace.runner.run(
            ToolCall(
                "cryptsetup",
                [
                    "--batch-mode", "--disable-locks", "reencrypt", "--decrypt", "--force-offline-reencrypt",
                    "--header", "\(place.path)/header", "--key-file", "\(place.path)/key", whole,
                ]))
        #expect(try FileSystem.readBytes(whole).starts(with: FileSystem.readBytes(plain)))
    }

    @Test func aKeyThatCannotBeReadIsSaid() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        try FileSystem.write("", to: "\(place.path)/empty")
        let plain = try place.content(bytes: 4096)
        for luks in ["/nowhere", "\(place.path)/empty", "random"] {
            await #expect {
                try await LUKSVolume(try encryption(["luks": luks]), uuid: "u").write(
                    plain, to: "\(place.path)/volume", in: place.workspace)
            } throws: { ($0 as? Diagnostic)?.code == "luks-key" }
        }
    }
}
