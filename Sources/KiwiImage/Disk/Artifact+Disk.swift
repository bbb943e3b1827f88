import KiwiToolbox

extension Artifact {
    /// The raw disk with its partition table and everything in it.
    public static let disk = Artifact.file("disk")
}
