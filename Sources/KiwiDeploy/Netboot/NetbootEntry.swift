/// One thing that machines can start from a boot server. Pure.
public struct NetbootEntry: Sendable, Hashable, Codable {
    /// Name without blanks, unique in a tree.
    public var id: String
    public var title: String
    /// Paths below the tree.
    public var kernel: String
    public var initrd: String
    /// Kernel command line; ``serverMark`` and ``urlMark`` stand for the server.
    public var commandLine: String
    /// A Xen hypervisor, started before the kernel.
    public var hypervisor: String?

    public init(
        id: String, title: String, kernel: String, initrd: String, commandLine: String,
        hypervisor: String? = nil
    ) {
        self.id = id
        self.title = title
        self.kernel = kernel
        self.initrd = initrd
        self.commandLine = commandLine
        self.hypervisor = hypervisor
    }

    /// The address of the server.
    public static let serverMark = "{server}"
    /// `http://` and the address of the server.
    public static let urlMark = "{url}"

    func commandLine(_ addresses: NetbootAddresses) -> String {
        commandLine.replacing(Self.serverMark, with: addresses.server).replacing(
            Self.urlMark, with: addresses.url)
    }

    /// Whether the entry fits into one line of each loader: nothing that they would take for their own, as iPXE takes `${`.
    var isPlain: Bool {
        [id, title, kernel, initrd, commandLine, hypervisor ?? ""].allSatisfy { text in
            text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        } && !commandLine.contains("${")
            && [id, kernel, initrd, hypervisor ?? ""].allSatisfy { !$0.contains(" ") }
    }
}
