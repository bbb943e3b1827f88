/// What an initrd needs beside the description's wishes.
public struct InitrdModules: Sendable, Codable, Hashable {
    /// Without these the system does not boot.
    public var required: [String]
    /// Our own ones, which are shown to dracut.
    public var own: [String]
    /// Words that count as if they were on the kernel's command line, where that says nothing else.
    public var commandLine: String?

    public init(required: [String] = [], own: [String] = [], commandLine: String? = nil) {
        self.commandLine = commandLine
        self.required = required
        self.own = own
    }
}

extension LiveTechnology {
    public var initrdModules: InitrdModules { InitrdModules(required: requiredModules, own: ownModules) }
}
