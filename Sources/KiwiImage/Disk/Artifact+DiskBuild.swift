import KiwiToolbox

extension Artifact {
    /// A folder: the content of `tree/` goes into the root tree; beside it stand GRUB's images for BIOS.
    static let diskLoader = Artifact.file("disk-loader")
    /// The root tree with everything that makes it the system of a disk.
    static let diskTree = Artifact.layer("disk")
    /// ``DiskLayout``.
    static let diskLayout = Artifact.value("disk-layout")

    /// One file system of a disk.
    static func diskPart(_ key: String) -> Artifact { .file("disk.\(key)") }
}
