import KiwiBoot
import KiwiToolbox

/// What a machine has said of itself: a file `upload/hwtype.<MAC>` or `upload/client.<MAC>`.
public struct Registration: Sendable, Encodable, Equatable {
    public var mac: String
    /// Seconds since 1970.
    public var time: Int64
    /// What the file says, for example `IPADDR`.
    public var facts: [String: String]
    /// Its configuration below the server's folder, nil when it has none of its own.
    public var configuration: String?

    /// All registrations of a tree, the newest first.
    public static func all(in tree: NetbootTree) throws -> [Registration] {
        let folder = "\(tree.path)/upload"
        var found: [MACAddress: Registration] = [:]
        for name in try FileSystem.names(in: folder) {
            guard let dot = name.firstIndex(of: "."), ["hwtype", "client"].contains(name[..<dot]),
                let mac = MACAddress(String(name[name.index(after: dot)...])),
                FileSystem.isRegularFile("\(folder)/\(name)"),
                let time = FileSystem.changeTime(of: "\(folder)/\(name)")
            else { continue }
            if let other = found[mac], other.time >= time { continue }
            let text = (try? FileSystem.readText("\(folder)/\(name)", limit: 1 << 16)) ?? ""
            found[mac] = Registration(
                mac: mac.description, time: time, facts: facts(in: text),
                configuration: tree.configurationFile(of: mac.description, spellings: mac.spellings).map {
                    String($0.dropFirst(tree.path.count + 1))
                })
        }
        return found.values.sorted { ($1.time, $0.mac) < ($0.time, $1.mac) }
    }

    /// Lines `KEY=value`. Anybody may have written them: only short printable ones count.
    static func facts(in text: String) -> [String: String] {
        var result: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).prefix(50) {
            guard let sign = line.firstIndex(of: "=") else { continue }
            let key = line[..<sign]
            let value = line[line.index(after: sign)...]
            guard !key.isEmpty,
                key.utf8.allSatisfy({ (65...90).contains($0) || $0 == 95 || (48...57).contains($0) }),
                key.utf8.count <= 40, value.utf8.count <= 200
            else { continue }
            result[String(key)] = ServerLog.printable(String(value)).trimmingBlanks()
        }
        return result
    }
}

extension String {
    /// Without blanks and quotation marks at both ends.
    fileprivate func trimmingBlanks() -> String {
        let inside = { (sign: Character) in !" '\"".contains(sign) }
        guard let first = firstIndex(where: inside), let last = lastIndex(where: inside) else { return "" }
        return String(self[first...last])
    }
}
