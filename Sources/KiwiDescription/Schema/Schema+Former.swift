/// A name that older schemas had, for messages about it in a description of the current one.
public struct FormerName: Sendable, Hashable {
    /// The element itself, or the one that had the attribute.
    public var element: String
    public var attribute: String?
    /// The first schema version without it.
    public var until: String
    /// The name it has today in the same place, where nothing else changed.
    public var successor: String?
    /// What to write today, as a whole sentence part: "write ...", "remove it".
    public var remedy: String
}

extension Schema {
    /// The names of older schemas that people still write; the upgrade knows all of them.
    public static let formerNames: [FormerName] = [
        attribute(
            "bootloader", "console", "8.4", "write 'output_console', and 'input_console' for its second word"),
        attribute(
            "type", "vga", "8.5", "remove it; the mode of the loader is <bootloader video_mode=\"...\">"),
        renamed("type", "btrfs_root_is_snapshot", "8.3", "btrfs_root_is_snapper_snapshot"),
        attribute("repository", "use_for_bootstrap", "8.2", "remove it: all repositories are used"),
        attribute("containerconfig", "additionaltags", "7.5", "write additionalnames=\":TAG\""),
        attribute("type", "bootloader", "7.2", "write <bootloader name=\"...\"/> in <type>"),
        attribute("type", "bootloader_console", "7.2", "write <bootloader output_console=\"...\"> in <type>"),
        attribute("type", "boottimeout", "7.2", "write <bootloader timeout=\"...\"> in <type>"),
        attribute("type", "zipl_targettype", "7.2", "write <bootloader targettype=\"...\"> in <type>"),
        attribute("type", "hybrid", "6.9", "remove it: every live ISO boots from sticks too"),
        attribute("type", "checkprebuilt", "6.7", "remove it"),
        attribute("type", "fsnocheck", "6.7", "remove it"),
        attribute("repository", "status", "6.7", "remove it; 'imageinclude' keeps a repository in the image"),
        attribute("repository", "prefer-license", "6.7", "remove it"),
        attribute("package", "replaces", "6.7", "remove it; <ignore> leaves a package out"),
        attribute("image", "kiwirevision", "6.7", "remove it"),
        attribute(
            "machine", "domain", "6.6",
            "write xen_server=\"true\" at <type> for a host, or xen_loader for a guest"),
        attribute("type", "container", "6.5", "write <containerconfig name=\"...\"/> in <type>"),
        attribute("users", "group", "6.4", "write groups=\"...\" at each <user>"),
        attribute("type", "fsreadonly", "6.3", "write overlayroot=\"true\""),
        attribute("type", "fsreadwrite", "6.3", "write overlayroot=\"true\""),
        attribute("type", "zfsoptions", "6.3", "remove it"),
        attribute("type", "syncMBR", "5.8", "remove it"),
        renamed("repository", "pwd", "5.6", "password"),
        renamed("user", "pwd", "5.6", "password"),
        attribute("drivers", "type", "5.4", "remove it"),
        attribute("image", "inherit", "5.2", "write <include from=\"...\"/>"),
        attribute("type", "baseroot", "5.1", "remove it"),
        attribute("image", "schemeversion", "2.0", "write schemaversion=\"\(version)\""),
        gone(
            "pxedeploy", "7.0", "remove it; 'kiwi description upgrade' keeps what it said for old clients"),
        gone("hwclock", "6.8", "remove it"),
        gone("defaultprebuilt", "6.7", "remove it"),
        gone("defaultdestination", "6.7", "remove it, and give --target-dir"),
        gone("defaultroot", "6.7", "remove it, and give --root"),
        gone("partitioner", "6.7", "remove it"),
        gone("rpm-force", "6.7", "remove it"),
        gone("split", "6.3", "remove it, and write overlayroot=\"true\" at <type>"),
        gone("opensuseProduct", "6.1", "write <product>", successor: "product"),
        gone("oem-align-partition", "6.0", "remove it: partitions are aligned"),
        gone("oem-ataraid-scan", "6.9", "remove it"),
        gone("opensusePattern", "5.7", "write <namedCollection>", successor: "namedCollection"),
        gone("rhelGroup", "5.7", "write <namedCollection>", successor: "namedCollection"),
        gone("boot-theme", "5.5", "write <bootsplash-theme> and <bootloader-theme>"),
        gone("defaultbaseroot", "5.1", "remove it"),
        gone("lvmvolumes", "4.8", "write <systemdisk> with <volume>"),
        gone("commandline", "4.4", "write kernelcmdline=\"...\" at <type>"),
        gone("deploy", "3.8", "remove it; 'kiwi description upgrade' keeps what it said for old clients"),
        gone("vmwareconfig", "4.7", "write <machine>"),
        gone("xenconfig", "4.7", "write <machine>"),
        gone("compressed", "3.5", "write compressed=\"true\" at a <type> of kis or pxe"),
    ]

    static func former(element name: String) -> FormerName? {
        formerNames.first { $0.element == name && $0.attribute == nil }
    }

    static func former(attribute name: String, of element: String) -> FormerName? {
        formerNames.first { $0.element == element && $0.attribute == name }
    }

    private static func attribute(_ element: String, _ name: String, _ until: String, _ remedy: String)
        -> FormerName
    {
        FormerName(element: element, attribute: name, until: until, remedy: remedy)
    }

    private static func renamed(_ element: String, _ name: String, _ until: String, _ new: String)
        -> FormerName
    {
        FormerName(
            element: element, attribute: name, until: until, successor: new, remedy: "write '\(new)'")
    }

    private static func gone(
        _ name: String, _ until: String, _ remedy: String, successor: String? = nil
    ) -> FormerName {
        FormerName(element: name, until: until, successor: successor, remedy: remedy)
    }
}
