/// What scripts of packages see, whatever the package manager.
enum PackageScripts {
    /// The time they see without SOURCE_DATE_EPOCH: a constant, so that layers of equal packages are
    /// equal whatever the repositories' release date.
    static let neutralTime: Int64 = 1_000_000_000
}
