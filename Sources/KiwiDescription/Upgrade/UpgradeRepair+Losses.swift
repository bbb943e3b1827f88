import KiwiDiagnostics

extension UpgradeRepair {
    /// What steps drop because it has no successor: each is told once at its place.
    static let lossRepairs: [UpgradeRepair] = [
        loss(4, 5, "packages", ["patternPackageType"], "patterns are installed as the package manager does"),
        loss(5, 1, "type", ["baseroot"], "layers of earlier builds are reused by themselves"),
        loss(5, 1, "defaultbaseroot", "layers of earlier builds are reused by themselves"),
        loss(5, 8, "type", ["syncMBR"], "a hybrid MBR is asked for with gpt_hybrid_mbr"),
        loss(6, 3, "type", ["zfsoptions"], "there is no ZFS"),
        loss(6, 7, "type", ["checkprebuilt"], "initrds are made by dracut"),
        loss(6, 7, "type", ["fsnocheck"], "file systems are checked as /etc/fstab says"),
        loss(6, 7, "repository", ["status"], "write imageinclude=\"true\" to keep it in the image"),
        loss(6, 7, "repository", ["prefer-license"], "name license files with <showlicense>"),
        loss(6, 7, "package", ["replaces"], "list the replaced package in <ignore>"),
        loss(6, 7, "defaultprebuilt", "initrds are made by dracut"),
        loss(6, 7, "partitioner", "partitions are made in one way"),
        loss(6, 8, "hwclock", "write /etc/adjtime in config.sh"),
        loss(6, 9, "oem-ataraid-scan", "dracut looks for RAID disks by itself"),
    ]

    private static func loss(_ major: Int, _ minor: Int, _ element: String, _ advice: String) -> UpgradeRepair
    {
        loss(major, minor, element, nil, advice)
    }

    private static func loss(
        _ major: Int, _ minor: Int, _ element: String, _ attributes: [String]?, _ advice: String
    ) -> UpgradeRepair {
        before(major, minor) { image, context in
            image.visit(element, around: []) { found, _ in
                guard let attributes else {
                    return context.dropped(
                        "<\(element)> has no successor", at: found.position, "remove it: \(advice)")
                }
                for attribute in found.attributes where attributes.contains(attribute.name) {
                    context.dropped(
                        "'\(attribute.name)' of <\(element)> has no successor", at: attribute.position,
                        "remove it: \(advice)")
                }
            }
        }
    }
}
