/// The kernel's command line of a live system. Pure.
public struct LiveCommandLine: Sendable, Codable, Hashable {
    /// `kernelcmdline`; a `root=` in it replaces ours.
    public var own: String
    public var volumeID: String
    public var technology: LiveTechnology
    /// The squashfs holds the tree itself, not an image of a file system.
    public var isDirect: Bool
    public var persistent: Bool
    /// `hybridpersistent_filesystem`.
    public var persistentFileSystem: String?

    public init(
        own: String = "", volumeID: String, technology: LiveTechnology, isDirect: Bool,
        persistent: Bool = false,
        persistentFileSystem: String? = nil
    ) {
        self.own = own
        self.volumeID = volumeID
        self.technology = technology
        self.isDirect = isDirect
        self.persistent = persistent
        self.persistentFileSystem = persistentFileSystem
    }

    private var live: [String] {
        var words: [String] = []
        if !own.split(separator: " ").contains(where: { $0.hasPrefix("root=") }) {
            words.append("root=live:CDLABEL=\(volumeID)")
        }
        words.append("rd.live.image")
        // dmsquash-live stacks a tree by overlayfs only when told so.
        if technology == .dmsquash, isDirect { words.append("rd.live.overlay.overlayfs=1") }
        if persistent {
            words.append("rd.live.overlay.persistent")
            if let persistentFileSystem { words.append("rd.live.overlay.cowfs=\(persistentFileSystem)") }
        }
        return words
    }

    public var standard: String { joined([own] + live) }
    public var failsafe: String { joined([own] + KernelOptions.failsafe + live) }
    public var mediaCheck: String { joined([own] + live + ["mediacheck=1", "plymouth.enable=0"]) }

    private func joined(_ words: [String]) -> String { words.filter { !$0.isEmpty }.joined(separator: " ") }
}
