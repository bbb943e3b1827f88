import KiwiDescription
import KiwiDiagnostics

/// What this version does not do for live ISOs yet. What never counts for them says the schema table;
/// a test walks all attributes.
public enum LiveAttributes {
    /// Why the build stops at an attribute, and what to do instead.
    public struct Refusal: Sendable, Hashable {
        public var reason: String
        public var remedy: String
    }

    /// Attributes of `<type>` by name.
    public static let refused: [String: Refusal] = [
        "luks": Refusal(
            reason: "an encrypted live ISO is not built by this version yet", remedy: "remove the attribute"),
        "verity_blocks": Refusal(
            reason: "a live ISO with dm-verity is not built by this version yet",
            remedy: "remove the attribute, or use mediacheck=\"true\" to detect damage"),
    ]

    /// Everything refused, as errors, and everything without effect, as notes, in file order.
    public static func diagnostics(for image: ImageType) -> [Diagnostic] {
        var found = image.attributes.compactMap { name, value in
            refused[name].map {
                Diagnostic("unsupported-attribute", at: value.position, $0.reason, remedy: $0.remedy)
            }
        }
        if let loader = image.bootloader {
            switch loader.name {
            case "grub2": break
            case "custom":
                found.append(
                    Diagnostic(
                        "no-effect", .note, at: loader.position,
                        "bootloader \"custom\": a live ISO always gets GRUB; editbootconfig may change its menu"
                    ))
            default:
                found.append(
                    Diagnostic(
                        "unsupported-bootloader", at: loader.position,
                        "bootloader \"\(loader.name)\" is not built into live ISOs by this version yet",
                        remedy: "write name=\"grub2\""))
            }
        }
        return found.sorted { left, right in
            switch (left.position, right.position) {
            case (let a?, let b?) where a != b: a < b
            case (nil, .some): true
            case (.some, nil): false
            default: left.message < right.message
            }
        }
    }
}
