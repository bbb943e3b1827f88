import KiwiDiagnostics

extension SettingTable.Kind {
    /// Reads a value of this kind, or says what is wrong with it.
    func read(_ value: SettingValue, key: String) -> Result<SettingTable.Stored, Diagnostic> {
        func wrong(_ wanted: String) -> Result<SettingTable.Stored, Diagnostic> {
            .failure(
                Diagnostic("configuration-value", .error, at: value.position, "'\(key)' must be \(wanted)"))
        }
        switch (self, value.content) {
        case (.boolean, .text(let text, _)):
            return SettingValue.booleans[text.lowercased()].map { .success(.boolean($0)) }
                ?? wrong("true or false")
        case (.boolean, .null): return .success(.boolean(false))
        case (.compression, .text(let text, _)):
            return ["xz": true, "none": false].merging(SettingValue.booleans) { $1 }[text.lowercased()]
                .map { .success(.boolean($0)) } ?? wrong("true, xz, false or none")
        case (.compression, _): return wrong("true, xz, false or none")
        case (.layers, .text(let text, _)):
            return ContainerLayers(rawValue: text.lowercased()).map { .success(.text($0.rawValue)) }
                ?? wrong("one or packages")
        case (.layers, _): return wrong("one or packages")
        case (.text, .text(let text, _)): return .success(.text(text))
        case (.text, .null): return .success(.text(""))
        case (.number256or512, .text(let text, _)):
            return text == "256" || text == "512"
                ? .success(.number(Int64(text)!)) : wrong("\"256\" or \"512\"")
        case (.size, .text(let text, _)):
            return Self.bytes(text).map { .success(.number($0)) } ?? wrong("a size such as 700m or 4g")
        case (.list, .list(let entries)):
            var names: Set<String> = []
            for case .text(let name, _) in entries.map(\.content) { names.insert(name) }
            return names.count <= entries.count && entries.allSatisfy(\.isText)
                ? .success(.list(names.sorted())) : wrong("a list of names")
        case (.list, .null): return .success(.list([]))
        case (.mirrors, .table(let entries)):
            var mirrors: [RuntimeConfiguration.Mirror] = []
            for entry in entries {
                guard case .text(let target, _) = entry.value.content, !entry.key.isEmpty, !target.isEmpty
                else {
                    return wrong("a table of FROM: TO")
                }
                mirrors.append(.init(from: entry.key, to: target))
            }
            return .success(.mirrors(mirrors))
        case (.mirrors, .null): return .success(.mirrors([]))
        case (.boolean, _): return wrong("true or false")
        case (.text, _): return wrong("a text")
        case (.number256or512, _): return wrong("\"256\" or \"512\"")
        case (.size, _): return wrong("a size such as 700m or 4g")
        case (.list, _): return wrong("a list of names")
        case (.mirrors, _): return wrong("a table of FROM: TO")
        }
    }

    /// KIWI's sizes: plain bytes, or binary megabytes and gigabytes with `m` and `g`.
    static func bytes(_ text: String) -> Int64? {
        let factor: Int64 =
            switch text.last {
            case "m", "M": 1 << 20
            case "g", "G": 1 << 30
            default: 1
            }
        guard let number = Int64(factor == 1 ? text[...] : text.dropLast()), number > 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }
}

extension SettingValue {
    var isText: Bool { if case .text = content { true } else { false } }
}
