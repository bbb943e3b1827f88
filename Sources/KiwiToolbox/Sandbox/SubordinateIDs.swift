#if canImport(Glibc)
    import Glibc
#endif

/// The ranges of /etc/subuid and /etc/subgid for the calling user.
public enum SubordinateIDs {
    /// How many ids an image needs: 0 to 65535 (65534 is nobody).
    static let needed = 65_535

    /// What prevents mapping the ids of packages; nil when the ranges suffice.
    static func refusal() -> String? {
        for file in ["/etc/subuid", "/etc/subgid"] {
            let count = size(in: file)
            if count == 0 { return "\(file) has no range for this user" }
            if count < needed { return "\(file) gives this user \(count) ids, \(needed) are needed" }
        }
        return nil
    }

    /// The size of the largest range; entries name the user or the number.
    public static func size(in file: String) -> Int {
        let uid = getuid()
        var names = ["\(uid)"]
        if let entry = getpwuid(uid) { names.append(String(cString: entry.pointee.pw_name)) }
        let text = (try? FileSystem.readText(file)) ?? ""
        return text.split(separator: "\n").compactMap { line -> Int? in
            let fields = line.split(separator: ":")
            return fields.count == 3 && names.contains(String(fields[0])) ? Int(fields[2]) : nil
        }.max() ?? 0
    }
}
