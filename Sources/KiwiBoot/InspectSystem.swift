import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Looks into the root tree of a result that has no boot medium around it: its kernel, when there is
/// one, and the identifiers of the image.
public struct InspectSystem: BuildStep {
    public let id = "inspect"
    @Unkeyed public var because: Position?
    public var tree: Artifact
    public var imageType: String
    public var packageManager: String
    public var architecture: Architecture
    /// What has to be there because the image boots by itself; nil: it need not have a kernel.
    public var boot: Boot?
    /// Kernel options the file system needs, with the attribute that asked for them.
    public var kernelOptions: [Located<String>] = []
    /// The tree must have a Xen hypervisor, which is a result.
    public var startsXen: Bool?
    /// The tree of a boot image. Its newest kernel, when it has one, is the one to take.
    public var bootTree: Artifact?

    /// Demands of an image whose kernel and initrd are results.
    public struct Boot: Sendable, Codable, Hashable {
        /// Our own dracut modules; they say themselves what they need.
        public var ownModules: [String]
        public var requirements: [BootRequirement]
        /// Kernel modules, for the file system.
        public var kernelModules: [String]

        public init(
            ownModules: [String] = [], requirements: [BootRequirement], kernelModules: [String]
        ) {
            self.ownModules = ownModules
            self.requirements = requirements
            self.kernelModules = kernelModules
        }
    }

    public init(
        tree: Artifact, imageType: String, packageManager: String, architecture: Architecture, boot: Boot?,
        because: Position? = nil
    ) {
        self.tree = tree
        self.imageType = imageType
        self.packageManager = packageManager
        self.architecture = architecture
        self.boot = boot
        _because = Unkeyed(wrappedValue: because)
    }

    public var summary: String { "look for the kernel in the root tree" }
    public var reads: [Artifact] { [tree] + [bootTree].compactMap { $0 } }
    public var writes: [Artifact] { [.treeFacts, .imageIDs] }

    public func run(in workspace: Workspace) async throws {
        var wanted: String?
        if let bootTree {
            wanted = try await workspace.withTree(of: bootTree) {
                kernels(in: TreeReader($0.path)).first?.version
            }
        }
        let own = try ownRequirements()
        let facts = try await workspace.withTree(of: tree) { [wanted] in
            try inspect(TreeReader($0.path), wanted: wanted, own: own)
        }
        try await workspace.set(.treeFacts, facts)
        try await workspace.set(
            .imageIDs, ImageIDs(treeKey: try await workspace.key(of: tree), type: imageType))
    }

    private func kernels(in tree: TreeReader) -> [KernelFinder.Kernel] {
        KernelFinder.kernels(in: tree, order: VersionOrder(packageManager: packageManager))
    }

    /// - Parameters:
    ///   - wanted: the version of the kernel to take; nil: the newest.
    ///   - own: what our modules need.
    /// - Throws: everything the image needs and the tree lacks, at once.
    func inspect(
        _ tree: TreeReader, wanted: String? = nil, own: [BootRequirement] = []
    ) throws(Failure) -> TreeFacts {
        var kernels = kernels(in: tree)
        var errors: [Diagnostic] = []
        if let wanted, !kernels.isEmpty {
            let versions = kernels.map(\.version).joined(separator: ", ")
            kernels.removeAll { $0.version != wanted }
            if kernels.isEmpty {
                throw Failure(
                    .buildFailed,
                    Diagnostic(
                        "boot-kernel", at: because,
                        "the boot image has the kernel \(wanted), the image has \(versions)",
                        remedy: "install the kernel of the boot image in the image too"))
            }
        }
        if let boot {
            let modules = kernels.first.map { KernelFinder.modules(of: $0.version, in: tree) } ?? []
            let needed =
                boot.requirements
                + own
                + boot.kernelModules.map {
                    BootRequirement(
                        .kernelModule, [$0], package: "linux-image-amd64", for: "the file system of the image"
                    )
                }
            errors = RequirementCheck(
                tree: tree, kernelModules: modules, architecture: architecture, position: because
            ).errors(needed, skipKernel: kernels.isEmpty)
            if kernels.isEmpty {
                errors.insert(KernelFinder.noKernel(PackageNames(architecture, in: tree), at: because), at: 0)
            }
        }
        let hypervisor =
            startsXen == true
            ? Hypervisor.find(in: tree, order: VersionOrder(packageManager: packageManager)) : nil
        if startsXen == true, hypervisor == nil {
            errors.append(Hypervisor.missing(PackageNames(architecture, in: tree), at: because))
        }
        guard let kernel = kernels.first else {
            if !errors.isEmpty { throw Failure(.buildFailed, errors) }
            return TreeFacts(kernelVersion: "", kernelFile: "")
        }
        let configuration = KernelFinder.configuration(of: kernel.version, in: tree)
        if boot != nil {
            errors += configuration.lacking(kernelOptions, kernel: kernel.version)
        }
        if !errors.isEmpty { throw Failure(.buildFailed, errors) }
        var facts = TreeFacts(kernelVersion: kernel.version, kernelFile: kernel.file)
        facts.squashfsZstd = configuration.has("CONFIG_SQUASHFS_ZSTD") == true
        facts.chooseCompressor(for: configuration, in: tree)
        facts.hypervisor = hypervisor
        facts.hasProfile = tree.isFile("/.profile")
        facts.foreignModuleFolders = tree.names(in: "/usr/lib/dracut/modules.d").filter {
            boot?.ownModules.contains(BootResources.moduleName($0)) ?? false
        }
        return facts
    }

    /// What our modules take from the tree; each other they get from us.
    private func ownRequirements() throws -> [BootRequirement] {
        guard let modules = boot?.ownModules, !modules.isEmpty else { return [] }
        let resources = try BootResources.locate()
        return try modules.flatMap { try resources.requirements(of: $0) }
            .filter { $0.kind != .dracutModule || modules.filter($0.names.contains).isEmpty }
    }
}
