import CKiwiLinux
import KiwiToolbox

/// Extended attributes of a file, without following links.
public enum ExtendedAttributes {
    /// Attributes that belong to the machine, not to the file.
    public static func isForeign(_ name: String) -> Bool {
        foreign.contains(name) || name.hasPrefix("user.overlay.") || name.hasPrefix("trusted.")
    }

    private static let foreign = ["security.selinux", "security.ima", "security.evm", "system.nfs4_acl"]

    /// Sorted by name; empty where the file system has none.
    static func read(_ path: String) -> [(name: String, value: [UInt8])] { read(Array(path.utf8CString)) }

    /// The same for a zero-terminated path that need not be UTF-8.
    public static func read(_ path: [CChar]) -> [(name: String, value: [UInt8])] {
        let size = kiwi_list_attributes(path, nil, 0)
        guard size > 0 else { return [] }
        var names = [CChar](repeating: 0, count: size)
        let count = kiwi_list_attributes(path, &names, UInt(size))
        guard count > 0 else { return [] }
        return names[..<count].split(separator: 0).compactMap { bytes in
            let name = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard !isForeign(name) else { return nil }
            let length = kiwi_get_attribute(path, name, nil, 0)
            guard length >= 0 else { return nil }
            var value = [UInt8](repeating: 0, count: length)
            let read = kiwi_get_attribute(path, name, &value, UInt(length))
            return read == length ? (name, value) : nil
        }.sorted { $0.0 < $1.0 }
    }

    /// - Returns: names that could not be set.
    static func copy(from source: RawPath, to target: RawPath) -> [String] {
        let place = target.c
        return read(source.c).compactMap {
            kiwi_set_attribute(place, $0.name, $0.value, UInt($0.value.count)) == 0 ? nil : $0.name
        }
    }
}
