import KiwiDiagnostics

extension RuntimeCheck {
    static let generalChecks: [RuntimeCheck] = [
        version, initrdSelection, bootDescription, uniqueType, includes,
    ]

    private static let version = RuntimeCheck("check_image_version_provided") { context in
        guard context.selection.first("version") == nil else { return nil }
        return Finding(
            at: context.selection.preferences.first?.position, "the image has no version",
            remedy: "add <version>1.0.0</version> to <preferences>")
    }

    private static let initrdSelection = RuntimeCheck("check_initrd_selection_required") { context in
        guard let boot = context.type.string("boot"), context.type.initrdSystem != "kiwi" else { return nil }
        return Finding(
            at: context.type.position(of: "boot"),
            "boot=\"\(boot)\" names a kiwi initrd, but the initrd is made by \(context.type.initrdSystem)",
            remedy: "remove 'boot', or add initrd_system=\"kiwi\"")
    }

    private static let bootDescription = RuntimeCheck("check_boot_description_exists") { context in
        let type = context.type
        guard type.initrdSystem == "kiwi", ["oem", "pxe"].contains(type.image), type.string("boot") == nil
        else { return nil }
        return Finding(
            at: type.position, "the image type '\(type.image)' with a kiwi initrd names no description of it",
            remedy: "add boot=\"...\" with the path of the initrd's description, or initrd_system=\"dracut\"")
    }

    private static let uniqueType = RuntimeCheck("check_image_type_unique") { context in
        var seen: [String: Position?] = [:]
        for type in context.selection.types {
            if let first = seen[type.name] {
                let profiles = context.image.profiles.joined(separator: ", ")
                return Finding(
                    at: type.position,
                    "two types '\(type.name)' are selected, with the profiles: \(profiles.isEmpty ? "none" : profiles)",
                    remedy: "put them into <preferences> of different profiles",
                    notes: first.map { ["the first one is at \($0)"] } ?? [])
            }
            seen[type.name] = type.position
        }
        return nil
    }

    private static let includes = RuntimeCheck("check_include_references_unresolvable") { context in
        guard let include = context.document.root.first("include") else { return nil }
        return Finding(
            at: include.attribute("from")?.valuePosition,
            "'\(include["from"] ?? "")' cannot be included into the file that asks for it",
            remedy: "mend the address, or remove this <include>; 'kiwi lint' says what is wrong with it")
    }
}
