extension ValueType {
    /// The allowed values as a regular expression that XML Schema and JSON Schema understand, to
    /// be matched as a whole; nil where any text is allowed.
    var pattern: String? {
        switch self {
        case .text: nil
        case .boolean: "true|false|1|0"
        case .integer: "[+-]?[0-9]+"
        case .choice(let names): names.joined(separator: "|")
        case .identifier(let maximum): "[a-zA-Z0-9_.-]" + (maximum.map { "{1,\($0)}" } ?? "+")
        case .digits: "[0-9]+"
        case .partitionSize: "[0-9]+[MG]?"
        case .volumeSize: "[0-9]+[MG]?|all"
        case .blocks: "[0-9]*|all"
        case .locales: "(C|POSIX|[a-z]{2,3}_[A-Z]{2})(,[a-z]{2,3}_[A-Z]{2})*"
        case .volumeAttributes: Self.list(of: Self.knownVolumeAttributes, separator: ",")
        case .groups: "[a-zA-Z0-9_.:-]+(,[a-zA-Z0-9_.:-]+)*"
        case .port: "[0-9]+(/(udp|tcp))?"
        case .macAddress: "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}"
        case .uuid: "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
        case .mediaText: "[a-zA-Z0-9!-/:-?_ ]{1,128}"
        case .keyLocation: "(file|this|https|http|ftp):.*"
        case .fourPartVersion: Self.sixteenBits + "(\\." + Self.sixteenBits + "){3}"
        case .outputConsoles: Self.consoles(Self.knownOutputConsoles)
        case .inputConsoles: Self.consoles(Self.knownInputConsoles)
        case .architectures: Self.list(of: Self.knownArchitectures, separator: ",")
        case .diskFormat:
            Self.knownDiskFormats.joined(separator: "|") + "|(oci|docker):("
                + Self.knownContainerDiskFormats.joined(separator: "|") + ")"
        case .schemaVersion: Schema.version.replacing(".", with: "\\.")
        }
    }

    private static func list(of names: [String], separator: String) -> String {
        let name = "(" + names.joined(separator: "|") + ")"
        return name + "(" + separator + name + ")*"
    }

    /// `none` may only stand first.
    private static func consoles(_ names: [String]) -> String {
        "(" + names.joined(separator: "|") + ")( ("
            + names.filter { $0 != "none" }.joined(separator: "|") + "))*"
    }

    /// 0 to 65535 without leading zero.
    private static let sixteenBits =
        "(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
}
