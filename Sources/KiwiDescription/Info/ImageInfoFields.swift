import KiwiDiagnostics

/// The fields of an accepted description for `image info --format json`.
struct ImageInfoFields {
    var selection: Selection
    var image: ResolvedImage
    var type: ImageType { selection.type }

    var object: JSONValue {
        .object(general.merging(sections) { $1 }.merging(packages) { $1 }.merging(lists) { $1 })
    }

    private var general: [String: JSONValue] {
        let about = selection.description.about
        return [
            "ok": .bool(true),
            "schema_version": .string(Schema.version),
            "source_schema_version": .optional(selection.description.sourceSchemaVersion),
            "name": .string(image.name), "display_name": .optional(image.displayName),
            "image_id": .optional(image.imageID), "author": .string(about.author),
            "contact": .string(about.contacts.first ?? ""), "specification": .string(about.specification),
            "licenses": .strings(about.licenses), "description_type": .string(about.type),
            "version": .string(selection.version),
            "release_version": .string(selection.first("release-version")?.value ?? ""),
            "package_manager": .string(image.packageManager.value),
            "locale": .optional(selection.last("locale")?.value),
            "timezone": .optional(selection.last("timezone")?.value),
            "keytable": .optional(selection.last("keytable")?.value),
            "bootsplash_theme": .optional(selection.last("bootsplash-theme")?.value),
            "bootloader_theme": .optional(selection.last("bootloader-theme")?.value),
            "rpm_exclude_docs": .bool(image.rpmExcludeDocs),
            "rpm_check_signatures": .bool(image.rpmCheckSignatures),
            "rpm_locales": image.rpmLocales.map { .strings($0) } ?? .null,
            "profiles": .strings(selection.description.profiles.map(\.name.value)),
            "selected_profiles": .strings(selection.profiles),
            "types": .strings(selection.types.map(\.image)),
            "type": .table(type.attributes.mapValues(\.value)),
        ]
    }

    private var lists: [String: JSONValue] {
        [
            "repositories": .array(selection.repositories.map(Self.repository)),
            "signing_keys": signingKeys, "users": users,
            "drivers": .strings(image.drivers.map(\.value)),
            "strip": .object([
                "delete": .strings(image.strip.delete.map(\.value)),
                "libs": .strings(image.strip.libs.map(\.value)),
                "tools": .strings(image.strip.tools.map(\.value)),
            ]),
            "containers": .array(
                image.containers.map {
                    .object([
                        "name": .string($0.name), "backend": .string($0.backend), "file": .string($0.file),
                        "fetch_only": .bool($0.fetchOnly), "load_command": .strings($0.loadCommand),
                    ])
                }),
            "certificates": .strings(image.certificates.map(\.value)),
            "environment": .table(
                // Names of KIWI 1 are for its scripts alone.
                image.environment.filter {
                    $0.key.hasPrefix("kiwi_") && $0.key != "kiwi_revision" && !$0.value.isEmpty
                }),
        ]
    }

    private static func repository(_ section: RepositorySection) -> JSONValue {
        let attributes = section.attributes
        var fields: [String: JSONValue] = [
            "source": .string(section.source.value),
            "priority": .optional(attributes.number("priority")),
            "signing_keys": .strings(section.signingKeys.map(\.value)),
        ]
        for name in [
            "type", "alias", "arch", "architectures", "components", "customize", "distribution", "username",
            "password",
        ] {
            fields[name] = .optional(attributes.string(name))
        }
        fields["source_type"] = .optional(attributes.string("sourcetype"))
        fields["image_include"] = .optional(attributes.boolean("imageinclude"))
        fields["image_only"] = .optional(attributes.boolean("imageonly"))
        fields["package_gpgcheck"] = .optional(attributes.boolean("package_gpgcheck"))
        fields["repository_gpgcheck"] = .optional(attributes.boolean("repository_gpgcheck"))
        return .object(fields)
    }

    /// Local paths or URLs; null when one is neither.
    private var signingKeys: JSONValue {
        var keys: [String] = []
        for key in image.trustedKeys.map(\.value) {
            var location = key
            if key.hasPrefix("file:") {
                location = String(key.dropFirst(5))
                guard location.hasPrefix("/") else { return .null }
                while location.hasPrefix("//") { location.removeFirst() }
            }
            if !keys.contains(location) { keys.append(location) }
        }
        return .strings(keys)
    }

    private var users: JSONValue {
        var elements: [(name: String, first: Attributes, groups: [String])] = []
        for element in selection.users.flatMap(\.users) {
            let name = element.attributes.string("name") ?? ""
            let groups = element.attributes.list("groups") ?? []
            if let index = elements.firstIndex(where: { $0.name == name }) {
                elements[index].groups += groups.filter { !elements[index].groups.contains($0) }
            } else {
                var seen: Set<String> = []
                elements.append((name, element.attributes, groups.filter { seen.insert($0).inserted }))
            }
        }
        return .array(
            elements.map { name, first, groups in
                .object([
                    "name": .string(name), "password": .optional(first.string("password")),
                    "password_format": .optional(first.string("pwdformat")),
                    "home": .optional(first.string("home")),
                    "real_name": .optional(first.string("realname")),
                    "shell": .optional(first.string("shell")),
                    "id": .optional(first.number("id")), "groups": .strings(groups),
                ])
            })
    }
}
