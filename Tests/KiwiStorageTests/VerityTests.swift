import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct VerityTests {
    private let salt = String(repeating: "ab", count: 32)
    private let uuid = "00000000-0000-4000-8000-000000000001"

    private func tree(on file: String, blocks: Int64? = nil, _ place: StackPlace) async throws -> VerityTree {
        try await VerityTree.append(
            to: file, blocks: blocks, salt: salt, uuid: uuid, at: nil, in: place.workspace)
    }

    @Test(.enabled(if: ToolCheck.find("veritysetup") != nil, "needs veritysetup"))
    func theTreeProtectsTheFile() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        // Not a multiple of a block.
        let file = try place.content(bytes: 3_000_100)
        let size = try #require(FileSystem.size(of: file))
        let tree = try await tree(on: file, place)
        #expect(tree.dataBlocks == (size + 4095) / 4096 && tree.hashOffset == tree.dataBlocks * 4096)
        let grown = try #require(FileSystem.size(of: file))
        #expect(grown == tree.hashOffset + VerityTree.bytes(dataBlocks: tree.dataBlocks))
        let verify = ["verify", file, file, tree.rootHash]
        _ = try await place.output("veritysetup", verify + ["--hash-offset=\(tree.hashOffset)"])
        // As boot code opens it with the embedded metadata.
        let metadata = VerificationMetadata(tree, fileSystem: .ext4)
        let fields = String(decoding: metadata.text.split(separator: 0xff)[1], as: UTF8.self)
            .split(separator: " ").map(String.init)
        #expect(fields.count == 8 && fields[6] == tree.rootHash)
        _ = try await place.output(
            "veritysetup",
            verify + [
                "--no-superblock", "--data-block-size=\(fields[1])", "--hash-block-size=\(fields[2])",
                "--data-blocks=\(fields[3])", "--hash-offset=\((Int64(fields[4]) ?? 0) * 4096)",
                "--hash=\(fields[5])", "--salt=\(fields[7])",
            ])
        try DeviceWrite(offset: 5, bytes: [1]).write(to: file)
        await #expect(throws: ToolFailure.self) {
            try await place.output("veritysetup", verify + ["--hash-offset=\(tree.hashOffset)"])
        }
    }

    @Test(
        .enabled(if: ToolCheck.find("veritysetup") != nil, "needs veritysetup"),
        arguments: [1, 2, 128, 129, 16500])
    func sizesAreKnownBefore(_ blocks: Int64) async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/data"
        try FileSystem.makeSparse(file, bytes: blocks * 4096)
        let tree = try await tree(on: file, place)
        #expect(FileSystem.size(of: file) == tree.hashOffset + VerityTree.bytes(dataBlocks: blocks))
        #expect(
            tree.veritytab(device: "UUID=x")
                == "verityroot UUID=x UUID=x \(tree.rootHash) hash-offset=\(tree.hashOffset),hash-block-size=4096\n"
        )
    }

    @Test func tooManyBlocksAreRefused() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/data"
        try FileSystem.makeSparse(file, bytes: 8192)
        for blocks: Int64 in [0, 3] {
            await #expect {
                try await tree(on: file, blocks: blocks, place)
            } throws: { ($0 as? Diagnostic)?.code == "verity-blocks" }
        }
    }

    @Test(.enabled(if: ToolCheck.find("openssl") != nil, "needs openssl"))
    func metadataIsSigned() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let tree = VerityTree(
            rootHash: "0f", salt: "aa", uuid: uuid, dataBlocks: 7, hashOffset: 8 * 4096)
        let metadata = VerificationMetadata(tree, fileSystem: .squashfs)
        #expect(
            metadata.text == Array("1 squashfs ro verity".utf8) + [0xff]
                + Array("1 4096 4096 7 9 sha256 0f aa".utf8) + [0xff, 0])
        let key = "\(place.path)/key.pem"
        _ = try await place.output("openssl", ["genrsa", "-out", key, "2048"])
        _ = try await place.output("openssl", ["rsa", "-in", key, "-pubout", "-out", "\(key).pub"])
        let block = try await metadata.signed(key: key, at: nil, in: place.workspace)
        #expect(block.starts(with: metadata.text) && block.count == metadata.text.count + 256)
        try FileSystem.write(metadata.text, to: "\(place.path)/text")
        try FileSystem.write(Array(block[metadata.text.count...]), to: "\(place.path)/signature")
        let verdict = try await place.output(
            "openssl",
            [
                "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-verify", "\(key).pub",
                "-signature", "\(place.path)/signature", "\(place.path)/text",
            ])
        #expect(verdict.contains("Verified OK"))
        #expect(VerificationMetadata.write(block, deviceBytes: 1 << 20).offset == 1 << 20 - 4096)
        await #expect {
            try await metadata.signed(key: "/nowhere", at: nil, in: place.workspace)
        } throws: { ($0 as? Diagnostic)?.code == "signing-key" }
    }
}
