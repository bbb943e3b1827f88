import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Compares the free space with what the packages will need, as soon as they are known and
/// before any is installed.
public struct CheckSpace: BuildStep {
    /// Whether an image is made, not only a tree.
    public var makesImage: Bool
    /// Whether a plain tree is written.
    public var writesTree: Bool

    public init(makesImage: Bool, writesTree: Bool) {
        self.makesImage = makesImage
        self.writesTree = writesTree
    }

    public var id: String { "space" }
    public var summary: String { "compare the free space with what the packages need" }
    public var reads: [Artifact] { [.packages] }
    public var writes: [Artifact] { [.value("space")] }

    public func run(in workspace: Workspace) async throws {
        let list: PackageList = try await workspace.value(.packages)
        let needs = Self.needs(
            installed: list.installedSize, makesImage: makesImage, writesTree: writesTree,
            layersOnDisk: !workspace.layers.buildsInMemory, folder: workspace.folders.bulk)
        let findings = SpaceCheck.findings(needs)
        if !findings.isEmpty { throw Failure(.machineLacks, findings) }
        try await workspace.set(.value("space"), list.installedSize)
    }

    /// - Parameter installed: bytes of all installed packages.
    static func needs(
        installed: Int64, makesImage: Bool, writesTree: Bool, layersOnDisk: Bool, folder: String
    ) -> [SpaceCheck.Need] {
        var needs: [SpaceCheck.Need] = []
        // Measured on Debian 12 live systems: payload and initrd are 0.35 of the installed size,
        // and they exist twice while the medium is written.
        if makesImage { needs.append(.init(folder: folder, bytes: installed * 7 / 10, purpose: "the image")) }
        if writesTree {
            needs.append(.init(folder: folder, bytes: installed * 11 / 10, purpose: "the root tree"))
        }
        if layersOnDisk { needs.append(.init(folder: folder, bytes: installed * 12 / 10, purpose: "layers")) }
        return needs
    }
}
