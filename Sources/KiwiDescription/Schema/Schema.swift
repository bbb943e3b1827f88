/// The whole language, schema version 8.5, as one table.
///
/// Reading, validation, messages and documentation come from it: a new attribute is one entry
/// here and its use.
public enum Schema {
    /// The version every description has after its upgrade.
    public static let version = "8.5"

    public static let elements: [String: ElementSchema] = Dictionary(
        uniqueKeysWithValues: chapters.flatMap(\.elements).map { ($0.name, $0) })

    /// Elements by subject, in the order people read about them.
    static let chapters: [Chapter] = [
        Chapter("image", "The description", imageElements),
        Chapter("preferences", "Preferences and profiles", preferencesElements),
        Chapter("type", "Image types", typeElements),
        Chapter("bootloader", "Boot loader", bootloaderElements),
        Chapter("disk", "Disk, volumes and partitions", diskElements),
        Chapter("oem", "First start of a disk image", oemElements),
        Chapter("initrd", "Initrd, encryption, Vagrant", initrdElements),
        Chapter("machine", "Virtual machine", machineElements),
        Chapter("containers", "Containers", containerElements),
        Chapter("users", "Users", userElements),
        Chapter("repositories", "Repositories", repositoryElements),
        Chapter("packages", "Packages, files and archives", packageElements),
    ]

    /// A part of the language with a page of its own in the reference.
    struct Chapter: Sendable {
        /// Name of the page without `.md`.
        var name: String
        var title: String
        var elements: [ElementSchema]

        init(_ name: String, _ title: String, _ elements: [ElementSchema]) {
            self.name = name
            self.title = title
            self.elements = elements
        }
    }

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
