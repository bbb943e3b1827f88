import KiwiDescription

/// What `<vagrantconfig>` says about a box. Pure.
struct VagrantBox: Sendable, Codable, Hashable {
    enum Provider: String, Sendable, Codable {
        case libvirt, virtualbox
    }

    var provider: Provider
    /// GiB of the disk in a machine; at least those of the disk itself.
    var gibibytes: Int
    var hasGuestAdditions: Bool
    /// A file of the description that takes the place of the generated one.
    var vagrantfile: String?

    init?(_ image: ResolvedImage) {
        guard let attributes = image.type.vagrantConfigs.first?.attributes,
            let provider = attributes.string("provider").flatMap(Provider.init)
        else { return nil }
        self.provider = provider
        let size = attributes.number("virtualsize") ?? 0
        gibibytes = size > 0 ? size : 42
        hasGuestAdditions = attributes.boolean("virtualbox_guest_additions_present") ?? false
        vagrantfile = attributes.string("embedded_vagrantfile")
    }

    /// Disk files of a box have the names that Vagrant looks for.
    var diskFile: String { provider == .libvirt ? "box.img" : "box.vmdk" }

    /// - Parameter diskBytes: of the disk in the box.
    func metadata(diskBytes: Int64) -> String {
        switch provider {
        case .libvirt:
            let whole = Int((diskBytes + (1 << 30) - 1) >> 30)
            return JSONValue.object([
                "format": .string("qcow2"), "provider": .string("libvirt"),
                // A volume that is smaller than its content cannot be made.
                "virtual_size": .number(max(gibibytes, whole)),
            ]).text + "\n"
        case .virtualbox: return JSONValue.object(["provider": .string("virtualbox")]).text + "\n"
        }
    }

    /// - Parameter macAddress: twelve hex digits, for VirtualBox.
    func generatedVagrantfile(macAddress: String) -> String {
        let sync = #"config.vm.synced_folder ".", "/vagrant", type: "rsync""#
        let lines =
            switch provider {
            case .libvirt:
                [sync, "config.vm.provider :libvirt do |libvirt|", "  libvirt.driver = \"kvm\"", "end"]
            case .virtualbox:
                ["config.vm.base_mac = \"\(macAddress)\""] + (hasGuestAdditions ? [] : [sync])
            }
        return (["Vagrant.configure(\"2\") do |config|"] + lines.map { "  \($0)" } + ["end"])
            .map { $0 + "\n" }.joined()
    }
}
