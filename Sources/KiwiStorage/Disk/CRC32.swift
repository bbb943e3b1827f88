/// The CRC-32 of Ethernet, zip and GPT: reflected polynomial 0xEDB88320.
public enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    /// - Parameters:
    ///   - start: the register before the first byte.
    ///   - final: what the register is combined with at the end.
    public static func checksum(
        _ bytes: some Sequence<UInt8>, start: UInt32 = .max, final: UInt32 = .max
    ) -> UInt32 {
        bytes.reduce(start) { value, byte in value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xff)] } ^ final
    }
}
