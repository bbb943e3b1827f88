extension ValueType {
    /// The allowed value that a refused one can only mean; nil when that is not certain.
    func certain(_ written: String) -> String? {
        let candidates: [String]
        let value = Self.collapsed(trimmed(written))
        switch self {
        case .boolean: candidates = [Self.booleans[value.lowercased()]].compactMap { $0 }
        case .choice(let names): candidates = names.filter { $0.lowercased() == value.lowercased() }
        case .architectures, .groups, .volumeAttributes:
            candidates = [value.replacing(" ", with: "")]
        case .locales:
            let parts = value.split(separator: ",", omittingEmptySubsequences: false)
            candidates = [
                parts.map { String(trimmed(String($0)).prefix { $0 != "." }) }.joined(separator: ",")
            ]
        case .outputConsoles, .inputConsoles:
            candidates = [Self.collapsed(value.replacing(",", with: " "))]
        case .partitionSize, .volumeSize:
            candidates = [value.uppercased() == "ALL" ? "all" : value.uppercased().replacing(" ", with: "")]
        default: candidates = []
        }
        guard candidates.count == 1, candidates[0] != written, accepts(candidates[0]) else { return nil }
        return candidates[0]
    }

    /// Other words for booleans; what KIWI takes is among the values.
    private static let booleans = [
        "true": "true", "yes": "true", "on": "true", "1": "true", "false": "false", "no": "false",
        "off": "false", "0": "false",
    ]
}
