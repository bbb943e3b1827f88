import KiwiDescription
import KiwiDiagnostics

/// Compares what boot code needs with what a tree has.
public struct RequirementCheck: Sendable {
    public var tree: TreeReader
    public var kernelModules: Set<String>
    public var dracutModules: Set<String>
    public var architecture: Architecture
    /// Where the description asks for the image type.
    public var position: Position?

    public init(
        tree: TreeReader, kernelModules: Set<String>, architecture: Architecture, position: Position?
    ) {
        self.tree = tree
        self.kernelModules = kernelModules
        self.architecture = architecture
        self.position = position
        dracutModules = Set(tree.names(in: "/usr/lib/dracut/modules.d").map(BootResources.moduleName))
    }

    public func isMet(_ requirement: BootRequirement) -> Bool {
        requirement.names.contains { name in
            switch requirement.kind {
            case .file: tree.isFile(name)
            case .tool: tree.hasTool(name)
            case .dracutModule: dracutModules.contains(name)
            case .kernelModule: kernelModules.contains(KernelFinder.normalised(name))
            }
        }
    }

    /// One error per package that has to be added.
    public func errors(_ requirements: [BootRequirement], skipKernel: Bool = false) -> [Diagnostic] {
        let packages = PackageNames(architecture, in: tree)
        var missing: [String: [BootRequirement]] = [:]
        var order: [String] = []
        for requirement in requirements where requirement.isRequired && !isMet(requirement) {
            if skipKernel, requirement.kind == .kernelModule { continue }
            let package = packages.package(requirement.package)
            if missing[package] == nil { order.append(package) }
            missing[package, default: []].append(requirement)
        }
        return order.map { package in
            let things = missing[package]!
            let what = things.map { "\($0.kind.rawValue) \($0.names.joined(separator: " or "))" }
            return Diagnostic(
                "tree-lacks", at: position, "the root tree lacks \(what.joined(separator: ", "))",
                remedy: "add \(packages.elements([package])) to <packages type=\"image\">",
                notes: Set(things.map(\.purpose)).sorted().map { "needed for: \($0)" })
        }
    }
}
