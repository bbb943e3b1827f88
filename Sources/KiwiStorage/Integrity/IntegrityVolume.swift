import Crypto
import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A device of dm-integrity without the device mapper: superblock, empty journal, content, and a tag for
/// each of its sectors.
///
/// A tag is the SHA-256 of the sector's number, as 64 bits, and its 512 bytes; with a key it is an HMAC,
/// over the salt of the superblock too.
public struct IntegrityVolume: Sendable, Encodable {
    /// `integrity_keyfile`: tags are made with the content of this file on the build machine.
    public var keyFile: String?
    /// Where the image has the key: at the same path, or in `/root` for one beside the description.
    public var systemKeyFile: String?
    /// `integrity_legacy_hmac`: an HMAC without salt, for kernels before 5.11.
    public var isLegacy: Bool
    /// `integrity_metadata_key_description`, or its default.
    public var keyDescription: String
    @Unkeyed public var position: Position?

    /// - Returns: nil when the type does not ask for `standalone_integrity`.
    public init?(_ type: ImageType) {
        guard type.flag("standalone_integrity") else { return nil }
        keyFile = type.string("integrity_keyfile")
        isLegacy = type.flag("integrity_legacy_hmac")
        let name = keyFile.map { FileSystem.name(of: $0) } ?? ""
        systemKeyFile = keyFile.map { $0.hasPrefix("/") ? $0 : "/root/\(name)" }
        keyDescription =
            type.string("integrity_metadata_key_description")
            ?? ":\(name.hasSuffix(".bin") ? String(name.dropLast(4)) : name)"
        _position = Unkeyed(wrappedValue: type.position(of: "standalone_integrity"))
    }

    /// The mapping of the running system.
    public static let mapping = "integrityRoot"

    /// `/etc/integritytab`, for the tree and the initrd.
    ///
    /// - Parameter device: for example `PARTUUID=...`.
    public func integritytab(device: String) -> String {
        let algorithm = keyFile == nil ? "sha256" : "hmac-sha256"
        return "\(Self.mapping) \(device) \(systemKeyFile ?? "-") integrity-algorithm=\(algorithm)\n"
    }

    /// What the superblock says beside its numbers, in the words of `integritysetup dump`.
    public var flags: [String] { ["fix_padding"] + (isSalted ? ["fix_hmac"] : []) }

    private var isSalted: Bool { keyFile != nil && !isLegacy }

    /// Makes the device inside an existing file. The place must be zero.
    ///
    /// - Parameters:
    ///   - plain: a file with the content, at most what `IntegrityLayout` holds; zeros follow it.
    ///   - file: for example a disk image; it must be large enough.
    ///   - offset: first byte of the device.
    ///   - deviceBytes: its size.
    ///   - salt: derived; needs not be secret.
    public func write(
        _ plain: String, into file: String, at offset: Int64, deviceBytes: Int64, salt: DerivedID
    ) async throws {
        let size = FileSystem.size(of: plain) ?? 0
        guard let layout = IntegrityLayout(deviceBytes: deviceBytes), size <= layout.contentBytes else {
            throw Diagnostic(
                "integrity-size", at: position,
                "the protected root needs \(ByteCount.text(IntegrityLayout.deviceBytes(for: size))), has \(ByteCount.text(deviceBytes))",
                remedy: "raise <size>, or remove it")
        }
        let salt = Array(RAIDArray.bytes(ofUUID: salt.uuid))
        let tagger = try tagger(salt: salt)
        try superblock(layout, salt: salt).write(to: file, deviceAt: offset)
        try layout.journal.write(to: file, deviceAt: offset)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for area in 0..<layout.areas {
                group.addTask {
                    try Self.write(area: area, of: plain, layout, tagger, into: file, at: offset)
                }
            }
            try await group.waitForAll()
        }
    }

    func superblock(_ layout: IntegrityLayout, salt: [UInt8]) -> DeviceWrite {
        var block = [UInt8](repeating: 0, count: 512)
        block.put("integrt".utf8, at: 0)
        // The version rises with the flags: fixed padding of tags, salted HMAC.
        block.put(UInt8(isSalted ? 5 : 4), at: 8)
        block.put(UInt8(IntegrityLayout.areaBits), at: 9)
        block.put(UInt16(IntegrityLayout.tagBytes), at: 10)
        block.put(UInt32(layout.journalSections), at: 12)
        block.put(UInt64(layout.contentSectors), at: 16)
        block.put(UInt32(isSalted ? 0x18 : 0x08), at: 24)
        // Sectors for a bit of the bitmap, which takes the journal's place in another mode.
        block.put(UInt8(15), at: 29)
        if isSalted { block.put(salt, at: 48) }
        return DeviceWrite(offset: 0, bytes: block)
    }

    // MARK: - Tags

    /// Makes the tag of a sector.
    typealias Tagger = @Sendable (_ sector: UInt64, _ content: UnsafeRawBufferPointer) -> [UInt8]

    private func tagger(salt: [UInt8]) throws -> Tagger {
        guard let keyFile else {
            return { sector, content in
                var hash = SHA256()
                withUnsafeBytes(of: sector.littleEndian) { hash.update(bufferPointer: $0) }
                hash.update(bufferPointer: content)
                return Array(hash.finalize())
            }
        }
        let bytes: [UInt8]
        do { bytes = try FileSystem.readBytes(keyFile, limit: 1 << 16) } catch let error as FileError {
            throw Diagnostic(
                "integrity-key", at: position, "the key cannot be read: \(error)",
                remedy: "correct integrity_keyfile, or make the file readable for the user who builds")
        }
        let salt = isSalted ? salt : []
        let key = SymmetricKey(data: bytes)
        return { sector, content in
            var hash = HMAC<SHA256>(key: key)
            hash.update(data: salt)
            withUnsafeBytes(of: sector.littleEndian) { hash.update(data: $0) }
            hash.update(data: content)
            return Array(hash.finalize())
        }
    }

    /// Reads 64 KiB at a time; what is zero is not written.
    private static func write(
        area: Int64, of plain: String, _ layout: IntegrityLayout, _ tagger: Tagger, into file: String,
        at offset: Int64
    ) throws {
        let first = area * IntegrityLayout.areaSectors
        let count = min(IntegrityLayout.areaSectors, layout.contentSectors - first)
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: plain))
        defer { try? source.close() }
        var tags = [UInt8]()
        tags.reserveCapacity(Int(count * IntegrityLayout.tagBytes))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        for start in stride(from: 0, to: count, by: 128) {
            let sectors = Int(min(128, count - start))
            let position = off_t(first + start) * 512
            var filled = 0
            while filled < sectors * 512 {
                let got = chunk.withUnsafeMutableBytes {
                    pread(
                        source.fileDescriptor, $0.baseAddress! + filled, sectors * 512 - filled,
                        position + off_t(filled))
                }
                guard got >= 0 else { throw FileError.current("read", plain) }
                if got == 0 { break }
                filled += got
            }
            for index in filled..<chunk.count { chunk[index] = 0 }
            chunk.withUnsafeBytes { bytes in
                for sector in 0..<sectors {
                    let content = UnsafeRawBufferPointer(rebasing: bytes[sector * 512..<sector * 512 + 512])
                    tags += tagger(UInt64(first + start) + UInt64(sector), content)
                }
            }
            if chunk.contains(where: { $0 != 0 }) {
                try DeviceWrite(
                    offset: layout.dataOffset(area: area) + start * 512,
                    bytes: Array(chunk[..<(sectors * 512)])
                ).write(to: file, deviceAt: offset)
            }
        }
        try DeviceWrite(offset: layout.tagOffset(area: area), bytes: tags).write(to: file, deviceAt: offset)
    }
}
