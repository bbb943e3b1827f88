extension ValueType {
    /// Whether a value as written is allowed. White space at the ends does not count, except for
    /// booleans, which KIWI takes literally.
    public func accepts(_ written: String) -> Bool {
        if self == .boolean { return ["true", "false", "1", "0"].contains(written) }
        let value = Self.collapsed(written)
        switch self {
        case .text: return true
        case .boolean: return false
        case .integer(let minimum):
            guard Self.isInteger(value), let number = Int(value) else { return false }
            return number >= minimum ?? .min
        case .choice(let names): return names.contains(value)
        case .identifier(let maximum):
            return !value.isEmpty && value.utf8.count <= maximum ?? .max
                && value.utf8.allSatisfy(Self.isIdentifierByte)
        case .digits: return Self.areDigits(value)
        case .partitionSize: return Self.isSize(value)
        case .volumeSize: return value == "all" || Self.isSize(value)
        case .blocks: return value.isEmpty || value == "all" || Self.areDigits(value)
        case .locales: return Self.areLocales(value)
        case .volumeAttributes: return Self.list(value, of: Self.knownVolumeAttributes)
        case .groups:
            return value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0.utf8.allSatisfy { Self.isIdentifierByte($0) || $0 == UInt8(ascii: ":") }
            }
        case .architectures: return Self.list(value, of: Self.knownArchitectures)
        case .outputConsoles: return Self.areConsoles(value, Self.knownOutputConsoles)
        case .inputConsoles: return Self.areConsoles(value, Self.knownInputConsoles)
        case .schemaVersion: return value == Schema.version
        default: return acceptsSpecial(value)
        }
    }

    /// The forms that only one or two attributes have.
    private func acceptsSpecial(_ value: String) -> Bool {
        switch self {
        case .port:
            let parts = value.split(separator: "/", omittingEmptySubsequences: false)
            return Self.areDigits(parts.first ?? "")
                && (parts.count == 1 || parts.count == 2 && ["tcp", "udp"].contains(parts[1]))
        case .macAddress:
            let parts = value.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 6
                && parts.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy(Self.isHex) }
        case .uuid:
            let parts = value.split(separator: "-", omittingEmptySubsequences: false)
            return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
                && parts.allSatisfy { $0.utf8.allSatisfy { Self.isHex($0) && !(65...70).contains($0) } }
        case .mediaText:
            return (1...128).contains(value.unicodeScalars.count)
                && value.unicodeScalars.allSatisfy {
                    (33...63).contains($0.value) || (65...90).contains($0.value)
                        || (97...122).contains($0.value) || $0 == "_" || $0 == " "
                }
        case .keyLocation:
            return ["file:", "this:", "https:", "http:", "ftp:"].contains { value.hasPrefix($0) }
        case .fourPartVersion:
            let parts = value.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4
                && parts.allSatisfy {
                    Self.areDigits($0) && UInt16($0) != nil && ($0 == "0" || !$0.hasPrefix("0"))
                }
        case .diskFormat:
            if Self.knownDiskFormats.contains(value) { return true }
            for scheme in ["oci:", "docker:"] where value.hasPrefix(scheme) {
                return Self.knownContainerDiskFormats.contains(String(value.dropFirst(scheme.count)))
            }
            return false
        default: return false
        }
    }

    /// White space at the ends removed, runs of it as one blank.
    static func collapsed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: isXMLSpace) else { return text }
        return bytes.split(whereSeparator: isXMLSpace).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func areDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isInteger(_ text: String) -> Bool {
        areDigits(text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text)
    }

    private static func isSize(_ text: String) -> Bool {
        areDigits(text.hasSuffix("M") || text.hasSuffix("G") ? String(text.dropLast()) : text)
    }

    private static func list(_ text: String, of names: [String]) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { names.contains(String($0)) }
    }

    /// `none` may only stand first.
    private static func areConsoles(_ text: String, _ names: [String]) -> Bool {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        return words.enumerated().allSatisfy { names.contains($1) && ($1 != "none" || $0 == 0) }
    }

    private static func areLocales(_ text: String) -> Bool {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        return parts.enumerated().allSatisfy { index, part in
            if index == 0, part == "C" || part == "POSIX" { return true }
            let halves = part.split(separator: "_", omittingEmptySubsequences: false)
            return halves.count == 2 && (2...3).contains(halves[0].utf8.count)
                && halves[0].utf8.allSatisfy { (97...122).contains($0) }
                && halves[1].utf8.count == 2 && halves[1].utf8.allSatisfy { (65...90).contains($0) }
        }
    }
}
