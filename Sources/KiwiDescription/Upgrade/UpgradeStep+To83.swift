extension UpgradeStep {
    /// `btrfs_root_is_snapshot` becomes `btrfs_root_is_snapper_snapshot`.
    static let to83 = UpgradeStep(from: SchemaVersion(8, 2), to: SchemaVersion(8, 3)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "type", let attribute = element.attribute("btrfs_root_is_snapshot") else {
                return
            }
            element.rename(attribute: "btrfs_root_is_snapshot", to: "btrfs_root_is_snapper_snapshot")
            notes.append(
                note(
                    at: attribute.position,
                    "'btrfs_root_is_snapshot' is called 'btrfs_root_is_snapper_snapshot' since schema 8.3",
                    "rename it"))
        }
    }
}
