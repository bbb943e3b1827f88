/// The whole language, schema version 8.5, as one table.
///
/// Reading, validation, messages and documentation come from it: a new attribute is one entry
/// here and its use.
public enum Schema {
    /// The version every description has after its upgrade.
    public static let version = "8.5"

    public static let elements: [String: ElementSchema] = Dictionary(
        uniqueKeysWithValues: (imageElements + preferencesElements + typeElements + bootloaderElements
            + containerElements + machineElements + oemElements + diskElements + initrdElements
            + userElements + repositoryElements + packageElements).map { ($0.name, $0) })

    /// The image types in the order of the schema.
    public static let imageTypes: [String] = {
        guard case .choice(let names)? = elements["type"]?.attribute("image")?.type else { return [] }
        return names
    }()

    /// The parents under which an element may stand.
    public static func parents(of name: String) -> [String] {
        elements.values.filter { $0.child(name) != nil }.map(\.name).sorted()
    }
}
