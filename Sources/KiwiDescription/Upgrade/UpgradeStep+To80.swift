extension UpgradeStep {
    /// Only the version changes.
    static let to80 = UpgradeStep(from: SchemaVersion(7, 6), to: SchemaVersion(8, 0)) { _, _ in }
}
