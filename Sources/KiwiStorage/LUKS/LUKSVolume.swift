import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Writes an encrypted volume as a file, as an ordinary user and without the device mapper.
///
/// `cryptsetup luksFormat` makes the header, exactly as the description asks. The content is then
/// encrypted in its place by `cryptsetup reencrypt --encrypt`, with the volume key of that header and a
/// header of its own that is thrown away: the only way to have cryptsetup encrypt a file for both
/// versions of the format. Passphrases go through standard input, the volume key through a file of mode
/// 400 in the private scratch folder.
///
/// Everything is encrypted, holes and free blocks too, as if the device had been filled with random data.
/// Keys and salts are random: no two volumes are equal.
public struct LUKSVolume: Sendable {
    public var encryption: Encryption
    /// Derived; an `--uuid` of the description wins.
    public var uuid: String
    /// A file with a further key, or with the only one when the passphrase is random.
    public var keyFile: String?

    public init(_ encryption: Encryption, uuid: String, keyFile: String? = nil) {
        self.encryption = encryption
        self.uuid = encryption.uuid(derived: uuid)
        self.keyFile = keyFile
    }

    public static let tools = [
        ToolRequirement("cryptsetup", package: "cryptsetup-bin", to: "encrypt the root device")
    ]

    /// Makes the volume as a file.
    ///
    /// - Parameters:
    ///   - plain: a file with the content; it is only read.
    ///   - output: a file that does not exist yet; it gets the size of the header and the content.
    /// - Returns: the header as written.
    @discardableResult
    public func write(_ plain: String, to output: String, in workspace: Workspace) async throws -> LUKSHeader
    {
        try FileSystem.makeSparse(output, bytes: 0)
        return try await write(plain, into: output, at: 0, in: workspace)
    }

    /// Makes the volume inside an existing file, for example on a partition of a disk image. Nothing around
    /// it is touched.
    ///
    /// - Parameters:
    ///   - plain: a file with the content; it is only read. Where it has holes, the place must be zero.
    ///   - file: grows when it is too short.
    ///   - offset: first byte of the header, a multiple of 512.
    /// - Returns: the header as written.
    @discardableResult
    public func write(
        _ plain: String, into file: String, at offset: Int64, in workspace: Workspace
    ) async throws -> LUKSHeader {
        let bulk = "\(workspace.folders.bulk)/\(workspace.stepID)-luks"
        let scratch = "\(workspace.folders.scratch)/\(workspace.stepID)-luks"
        for folder in [bulk, scratch] { try FileSystem.makeFolder(folder, mode: 0o700) }
        defer { for folder in [bulk, scratch] { try? FileSystem.removeTree(folder) } }
        let passphrase = try passphrase(log: workspace.log)
        let head = "\(bulk)/header"
        let key = "\(scratch)/volume-key"
        let header = try await makeHeader(head, content: plain, passphrase, key: key, in: workspace)
        guard let bytes = FileSystem.size(of: plain), bytes % header.sectorBytes == 0 else {
            throw Diagnostic(
                "luks-size", at: encryption.position,
                "the content is not a multiple of the \(header.sectorBytes) bytes that are encrypted at once",
                remedy: "remove --sector-size from <luksformat>")
        }
        let start = offset + header.payloadOffset
        try SparseCopy.copy(plain, into: file, at: start)
        let thrownAway = "\(scratch)/content-header"
        try FileSystem.makeSparse(thrownAway, bytes: 16 << 20)
        try await run(
            [
                "reencrypt", "--encrypt", "--type", "luks2", "--force-offline-reencrypt", "--resilience",
                "none",
                "--header", thrownAway, "--offset", "\(start / 512)", "--device-size", "\(bytes / 512)s",
                "--volume-key-file", key, "--key-size", "\(header.keyBytes * 8)", "--cipher", header.cipher,
                "--sector-size", "\(header.sectorBytes)", "--pbkdf", "pbkdf2",
                "--pbkdf-force-iterations", "1000", "--key-file", "-", file,
            ], passphrase, in: workspace)
        try SparseCopy.copy(head, into: file, at: offset, limit: header.payloadOffset)
        return header
    }

    /// Formats an empty volume of the right size, adds the second key and extracts the volume key.
    private func makeHeader(
        _ head: String, content: String, _ passphrase: ToolCall.Input, key: String, in workspace: Workspace
    ) async throws -> LUKSHeader {
        // Room for every header an option may ask for; the rest stays a hole.
        let room = max(encryption.headerBytes ?? 0, 256 << 20)
        try FileSystem.makeSparse(head, bytes: (FileSystem.size(of: content) ?? 0) + room)
        try await run(
            ["luksFormat", "--key-file", "-"] + encryption.luksFormatWords(uuid: uuid) + [head], passphrase,
            in: workspace)
        try await run(
            ["luksDump", "--dump-volume-key", "--volume-key-file", key, "--key-file", "-", head], passphrase,
            in: workspace)
        if let keyFile, encryption.passphrase != .random {
            try await run(
                ["luksAddKey", "--volume-key-file", key] + encryption.keySlotWords + [head, keyFile], .empty,
                in: workspace)
        }
        return try LUKSHeader(ofFile: head)
    }

    /// The lock files of cryptsetup lie in `/run`, which is not ours to write; nobody else sees the files.
    private func run(_ words: [String], _ input: ToolCall.Input, in workspace: Workspace) async throws {
        try await workspace.runner.run(
            ToolCall("cryptsetup", ["--batch-mode", "--disable-locks"] + words, input: input))
    }

    private func passphrase(log: BuildLog) throws -> ToolCall.Input {
        try encryption.passphraseInput(keyFile: keyFile, log: log)
    }
}

extension Encryption {
    /// The passphrase as programs read it.
    ///
    /// - Parameter keyFile: a file with the generated key.
    /// - Throws: a diagnostic when it cannot be read.
    public func passphraseInput(keyFile: String?, log: BuildLog) throws -> ToolCall.Input {
        switch passphrase {
        case .text(let text):
            log.hide(text)
            return .text(text)
        case .empty: return .text(String(repeating: "\0", count: 32))
        case .random:
            guard let keyFile else {
                throw Diagnostic(
                    "luks-key", at: position, "nobody would have the generated key",
                    remedy: "write a passphrase")
            }
            return .file(keyFile)
        case .file(let path):
            let bytes: [UInt8]
            do { bytes = try FileSystem.readBytes(path, limit: 8 << 20) } catch let error as FileError {
                throw Diagnostic(
                    "luks-key", at: position, "the passphrase cannot be read: \(error)",
                    remedy: "correct the path, or make the file readable for the user who builds")
            }
            guard let last = bytes.last else {
                throw Diagnostic(
                    "luks-key", at: position, "the file with the passphrase, '\(path)', is empty",
                    remedy: "write the passphrase into it, or luks=\"\" for an empty one")
            }
            if last == UInt8(ascii: "\n") {
                log.warning(
                    "the passphrase in '\(path)' ends with a line break, which nobody can type: make the file with 'printf'"
                )
            }
            return .file(path)
        }
    }
}
