/// Every code that findings about a description can have, with what it means.
///
/// Codes are stable: people search for them and configurations name them.
public enum DiagnosticCatalog {
    public static let codes: [String: String] = reading.merging(structure) { $1 }.merging(consistency) { $1 }
        .merging(choices) { $1 }.merging(advice) { $1 }.merging(checks) { $1 }

    /// Files and markup.
    static let reading: [String: String] = [
        "no-description": "The folder has no description file.",
        "file-missing": "A file that is needed is not there.",
        "file-too-large": "A file is larger than a description can be.",
        "file-unreadable": "A file cannot be read.",
        "not-a-file": "A folder or device stands where a file is expected.",
        "unsupported-markup": "The markup of the file is not supported.",
        "markup-syntax": "YAML, JSON or TOML that cannot be read.",
        "bad-key": "A key of YAML, JSON or TOML that stands for no element.",
        "unquoted-scalar": "A YAML value without quotes that does not mean its text.",
        "bad-encoding": "The bytes are no text in a supported encoding.",
        "bad-attribute": "An attribute is not written as name=\"value\".",
        "bad-character": "A character that no XML file may hold.",
        "bad-comment": "A comment contains two hyphens.",
        "bad-declaration": "A declaration in the document type cannot be read.",
        "bare-ampersand": "An ampersand that begins no reference.",
        "entity-expansion": "Entities that expand too far, or into themselves.",
        "external-entity": "An entity in another file; those are never read.",
        "markup-in-entity": "An entity that contains markup.",
        "markup-in-value": "A value that contains a tag, mostly for a missing quote.",
        "mismatched-tag": "An end tag that is nearly that of the open element.",
        "misplaced-declaration": "An XML declaration that is not at the start.",
        "nesting-too-deep": "Elements are nested too deep.",
        "no-root-element": "The file has no element.",
        "repeated-attribute": "An attribute is written twice.",
        "stray-end-tag": "An end tag without a start tag.",
        "stray-markup": "Markup where none may stand.",
        "text-outside-root": "Text before or behind the description.",
        "too-many-attributes": "An element has too many attributes.",
        "two-roots": "A second root element.",
        "unclosed-element": "An element without its end tag.",
        "unclosed-section": "A comment, CDATA section or declaration without its end.",
        "unclosed-tag": "A tag without its '>'.",
        "undeclared-prefix": "A name space prefix that is not declared.",
        "unknown-entity": "An entity that is not declared.",
        "unquoted-value": "A value without quotes.",
        "include-missing": "An included file cannot be read.",
        "include-remote": "An include that names neither a file nor an https: address.",
        "include-cycle": "Files that include each other, or too many or too large files.",
        "include-ignored": "An included file whose root is not <image>.",
        "schema-too-old": "The schema version is older than those that are read.",
        "inherit-missing": "An inherited description that is not there.",
        "inherit-cycle": "A description that inherits itself.",
        "schema-version-unknown": "A schema version there never was.",
    ]

    /// What the schema table says about single elements.
    static let structure: [String: String] = [
        "wrong-root": "The root element is not <image>.",
        "unknown-element": "An element the language does not have.",
        "misplaced-element": "An element in the wrong place.",
        "missing-element": "A required element is missing.",
        "repeated-element": "An element that may stand once is repeated.",
        "unknown-attribute": "An attribute the element does not have.",
        "missing-attribute": "A required attribute is missing.",
        "bad-value": "A value that is not allowed.",
        "stray-text": "Text in an element that holds none.",
        "name-space": "Elements in a name space.",
        "attribute-not-for-type": "An attribute without meaning for the image type.",
        "attribute-not-for-loader": "An attribute without meaning for the boot loader.",
        "too-many-mistakes": "More mistakes than a message is of use for.",
        "extension": "Content of <extension> that belongs to no program.",
    ]

    /// What does not fit together.
    static let consistency: [String: String] = [
        "type-needs-attribute": "The image type needs an attribute.",
        "attribute-needs-attribute": "An attribute that needs another one.",
        "vagrant-needs-provider": "A Vagrant box without a provider.",
        "derived-disk-format": "A disk derived from a container that is not delivered in one.",
        "install-media": "Settings of installation media without such media.",
        "guest-additions": "Guest additions of VirtualBox for another provider.",
        "btrfs-attribute": "A btrfs setting without btrfs volumes.",
        "volume-quota": "A quota without btrfs.",
        "unpartitioned-size": "More unpartitioned space than disk.",
        "reserved-partition-name": "A partition name that Kiwi uses itself.",
        "luksformat-without-luks": "Encryption options without encryption.",
        "bootloader-for-type": "A boot loader in an image type that has none.",
        "securelinux-loader": "Secure Execution without zipl.",
        "containerconfig-for-type": "A container configuration in an image type that has none.",
        "containerconfig-attribute": "A container setting without meaning for the image type.",
        "containerconfig-in-disk": "A container configuration for a disk that is in no container.",
        "command-or-clear": "A container command that is both set and cleared, or neither.",
        "module-outside-bootstrap": "A module outside of the bootstrap packages.",
        "stream-of-disabled-module": "A stream of a disabled module.",
        "bootstrap-package": "A bootstrap package without apt.",
        "include-or-only": "A repository for the image only that the build uses too.",
        "repository-architectures": "Architectures of a repository that is not apt-deb.",
    ]

    /// What does not fit the command line.
    static let choices: [String: String] = [
        "unknown-profile": "A profile that is not declared.",
        "profile-not-for-architecture": "A profile of another architecture.",
        "no-type": "The selected sections define no image type.",
        "type-vmx": "An image type called by its old name.",
        "unknown-type": "The selected sections do not define the image type.",
        "bad-override": "An override that cannot be applied.",
        "unknown-check": "A check to switch off that does not exist.",
        "size-too-small": "An image of a KIWI 1.x description whose content does not fit its size.",
        "unknown-name": "A name the language does not have.",
        "override-without-effect": "An override that changes nothing.",
    ]

    /// What should be changed, but is not wrong.
    static let advice: [String: String] = [
        "rewrite-markup": "A description that is not in XML cannot be rewritten in place.",
        "rewrite-includes": "Included files of an old description cannot be rewritten one by one.",
        "default-package-manager": "No package manager is named: KIWI's default is taken.",
        "old-form": "A form of an older schema.",
        "upgrade-replaced": "Something of an older schema was replaced by what comes next to it.",
        "upgrade-dropped": "Something of an older schema has no place in the current one.",
        "upgrade-impossible": "Something of an older schema that cannot be built any more.",
        "no-effect": "Something that is accepted, but changes nothing.",
        "missing-file": "A file the description names is not in its folder.",
        "undeclared-profile": "A section of a profile that is not declared.",
        "conversion-loss": "Something that another markup cannot say.",
        "repeated-profile": "A profile that is declared twice.",
        "unused-packages": "Packages of an image type that is not defined.",
    ]

    /// KIWI's runtime checks; `runtime_checks` of the configuration switches them off by name.
    static let checks: [String: String] = [
        "check_image_version_provided": "The image has no version.",
        "check_initrd_selection_required": "A kiwi initrd is named, but another is made.",
        "check_boot_description_exists":
            "A kiwi initrd is made, but its description is not named or not there.",
        "check_consistent_kernel_in_boot_and_system_image": "The kernel of the initrd is not in the image.",
        "check_luksformat_options_valid": "An option that cryptsetup does not have.",
        "check_target_dir_on_unsupported_filesystem": "A root tree on a file system that cannot hold it.",
        "check_image_type_unique": "Two selected types of the same name.",
        "check_include_references_unresolvable": "An include within an included file that leads nowhere.",
        "check_volume_setup_defines_reserved_labels": "A volume label that is reserved.",
        "check_volume_setup_defines_multiple_fullsize_volumes": "Two volumes that take the rest of the disk.",
        "check_volume_setup_has_no_root_definition": "A volume mounted at '/'.",
        "check_volume_label_used_with_lvm": "A volume label without LVM.",
        "check_swap_name_used_with_lvm": "A name of the swap volume without LVM.",
        "check_xen_uniquely_setup_as_server_or_guest": "An image that is Xen host and guest.",
        "check_appx_naming_conventions_valid": "Names of an appx package that are not allowed.",
        "check_partuuid_persistency_type_used_with_mbr": "Partition UUIDs without a GPT.",
        "check_efi_fat_image_has_correct_size": "An EFI image that is too large for El Torito.",
        "check_bootloader_env_compatible_with_loader": "Variables for a loader that has none.",
        "check_repositories_configured": "No repository is selected.",
        "check_image_include_repos_publicly_resolvable": "A local repository for the image.",
        "check_target_directory_not_in_shared_cache": "A target folder in the cache.",
    ]
}
