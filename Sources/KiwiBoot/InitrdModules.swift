/// The dracut modules of an initrd.
public struct InitrdModules: Sendable, Codable, Hashable {
    /// Without these the system does not boot.
    public var required: [String]
    /// Our own ones, which are shown to dracut.
    public var own: [String]

    public init(required: [String] = [], own: [String] = []) {
        self.required = required
        self.own = own
    }
}

extension LiveTechnology {
    public var initrdModules: InitrdModules { InitrdModules(required: requiredModules, own: ownModules) }
}
