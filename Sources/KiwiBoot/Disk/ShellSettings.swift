/// Keys of `/etc/default/grub` and `/etc/sysconfig/bootloader`, with which the distribution's own tools
/// make the same menu again. Pure.
public struct ShellSettings: Sendable, Hashable, Codable {
    /// Values as they stand behind the equals sign, in order.
    public var values: [Value]

    public struct Value: Sendable, Hashable, Codable {
        public var key: String
        public var text: String
        /// Only where the file does not set the key.
        public var isDefault = false
    }

    public init(_ values: [Value] = []) { self.values = values }

    public mutating func set(_ key: String, _ text: String?) {
        if let text { values.append(Value(key: key, text: text)) }
    }

    /// In double quotes.
    public mutating func setQuoted(_ key: String, _ text: String?) {
        guard let text else { return }
        let safe = text.map { "\"\\$`".contains($0) ? "\\\($0)" : String($0) }.joined()
        set(key, "\"\(safe)\"")
    }

    public mutating func setDefault(_ key: String, _ text: String) {
        values.append(Value(key: key, text: text, isDefault: true))
    }

    /// Replaces keys in place and appends those that are missing; lines with comments stay as they are.
    public func merged(into text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        var missing: [Value] = []
        for value in values {
            let found = lines.indices.filter { index in
                !lines[index].contains("#")
                    && lines[index].drop(while: \.isWhitespace).hasPrefix("\(value.key)=")
            }
            if found.isEmpty {
                missing.append(value)
            } else if !value.isDefault {
                for index in found { lines[index] = "\(value.key)=\(value.text)" }
            }
        }
        lines += missing.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.text)" }
        return lines.map { $0 + "\n" }.joined()
    }
}
