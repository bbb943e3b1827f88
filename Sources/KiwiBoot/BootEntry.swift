/// An entry of a boot menu in a file of its own, as systemd-boot and GRUB's `blscfg` read it. Pure text.
///
/// Source: Boot Loader Specification, type 1.
public struct BootEntry: Sendable, Hashable {
    /// `ID` of os-release; the entries of one system stand together under it.
    public var system: String
    public var title: String
    public var kernelVersion: String
    /// Paths on the file system of the entry.
    public var kernel: String
    public var initrd: String?
    /// The kernel's command line.
    public var options: String

    public init(
        system: String, title: String, kernelVersion: String, kernel: String, initrd: String?, options: String
    ) {
        self.system = system
        self.title = title
        self.kernelVersion = kernelVersion
        self.kernel = kernel
        self.initrd = initrd
        self.options = options
    }

    /// Name of the file in `loader/entries`; kernel-install gives the same one.
    public var name: String { "\(system)-\(kernelVersion).conf" }

    public var text: String {
        let fields = [
            ("title", title), ("version", kernelVersion), ("sort-key", system), ("options", options),
            ("linux", kernel), ("initrd", initrd ?? ""),
        ]
        return fields.filter { !$0.1.isEmpty }.map { "\($0.0) \(Self.line($0.1))\n" }.joined()
    }

    private static func line(_ text: String) -> String {
        text.map { $0.isNewline ? " " : String($0) }.joined()
    }
}
