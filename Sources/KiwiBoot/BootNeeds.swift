/// What an image that boots needs from its root tree, beside kernel and loaders.
public struct BootNeeds: Sendable, Codable, Hashable {
    /// Our own dracut modules; they say themselves what they need.
    public var ownModules: [String]
    /// Modules of dracut that are added when the tree has them.
    public var optionalModules: [String]
    public var requirements: [BootRequirement]
    /// What the image has, as the modules' lists of requirements call it: `ext4`, `lvm`...
    public var layout: [String] = []

    public init(
        ownModules: [String] = [], optionalModules: [String] = [], requirements: [BootRequirement] = [],
        layout: [String] = []
    ) {
        self.layout = layout
        self.ownModules = ownModules
        self.optionalModules = optionalModules
        self.requirements = requirements
    }
}
