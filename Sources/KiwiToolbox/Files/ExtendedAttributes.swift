import CKiwiLinux

/// Extended attributes of a file, without following links.
public enum ExtendedAttributes {
    /// Attributes that belong to the machine, not to the file.
    public static func isForeign(_ name: String) -> Bool {
        foreign.contains(name) || name.hasPrefix("user.overlay.") || name.hasPrefix("trusted.")
    }

    private static let foreign = ["security.selinux", "security.ima", "security.evm", "system.nfs4_acl"]

    /// Those of the file at a zero-terminated path, sorted by name; empty where the file system has none.
    public static func read(_ path: [CChar]) -> [(name: String, value: [UInt8])] {
        attributes(of: path) { !isForeign($0) }
    }

    /// One attribute; nil when the file has none of this name.
    public static func value(_ name: String, of path: [CChar]) -> [UInt8]? {
        attributes(of: path) { $0 == name }.first?.value
    }

    private static func attributes(
        of path: [CChar], if isWanted: (String) -> Bool
    ) -> [(name: String, value: [UInt8])] {
        let size = kiwi_list_attributes(path, nil, 0)
        guard size > 0 else { return [] }
        var names = [CChar](repeating: 0, count: size)
        let count = kiwi_list_attributes(path, &names, UInt(size))
        guard count > 0 else { return [] }
        return names[..<count].split(separator: 0).compactMap { bytes in
            let name = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard isWanted(name) else { return nil }
            let length = kiwi_get_attribute(path, name, nil, 0)
            guard length >= 0 else { return nil }
            var value = [UInt8](repeating: 0, count: length)
            let read = kiwi_get_attribute(path, name, &value, UInt(length))
            return read == length ? (name, value) : nil
        }.sorted { $0.0 < $1.0 }
    }

    /// - Returns: names that could not be set.
    public static func copy(from source: RawPath, to target: RawPath) -> [String] {
        let place = target.c
        return read(source.c).compactMap {
            kiwi_set_attribute(place, $0.name, $0.value, UInt($0.value.count)) == 0 ? nil : $0.name
        }
    }

    /// Gives a file all attributes of another one but the marks of stacked layers. Those that belong to the
    /// machine are kept where it allows that: labels of its own security policy it may refuse.
    /// - Throws: `FileError` when another one cannot be kept.
    public static func copyAll(from source: RawPath, to target: RawPath) throws {
        let place = target.c
        for (name, value) in attributes(of: source.c, if: { !$0.contains(".overlay.") }) {
            guard kiwi_set_attribute(place, name, value, UInt(value.count)) == 0 || isForeign(name) else {
                throw FileError.current("set the attribute \(name) of", target.text)
            }
        }
    }
}
