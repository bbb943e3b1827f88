import KiwiDiagnostics

/// One volume of the system disk, defaults filled in.
public struct Volume: Hashable, Sendable, Codable {
    public enum Size: Hashable, Sendable, Codable {
        /// The whole volume, in MiB.
        case fixed(Int)
        /// Room beside the content, in MiB.
        case free(Int)
        /// The rest of the disk.
        case all
    }

    public var position: Position?
    public var name: String
    /// btrfs: the subvolume it stands in; empty: the default one.
    public var parent: String
    public var size: Size
    /// nil for the root volume and for swap.
    public var mountPoint: String?
    /// The path in the image: `/` for root, `swap` for swap.
    public var path: String
    public var label: String?
    public var quota: String?
    /// ``quota`` in bytes.
    public var quotaBytes: Int64? { quota.flatMap(megabytes).map { Int64($0) << 20 } }
    public var copyOnWrite: Bool
    public var fileSystemCheck: Bool
    public var isRoot: Bool
}

/// What manages the volumes of a disk.
public enum VolumeManagement: String, Hashable, Sendable, Codable { case lvm, btrfs }

extension ImageType {
    /// nil without `<systemdisk>`.
    public var volumeManagement: VolumeManagement? {
        guard let systemDisk else { return nil }
        if systemDisk.attributes.boolean("preferlvm") ?? false { return .lvm }
        return string("filesystem") == "btrfs" ? .btrfs : .lvm
    }

    /// The name of the LVM group.
    public var volumeGroup: String { systemDisk?.attributes.string("name") ?? "systemVG" }

    /// The volumes of an architecture, with the root volume and, on LVM, swap; empty without `<systemdisk>`.
    public func volumes(for architecture: Architecture) -> [Volume] {
        guard let systemDisk else { return [] }
        var volumes = systemDisk.volumes.filter {
            $0.attributes.list("arch")?.contains(architecture.rawValue) ?? true
        }.map { Volume($0, smallest: smallestVolume) }
        if !volumes.contains(where: \.isRoot) {
            let hasFull = volumes.contains { $0.size == .all }
            volumes.append(
                Volume(
                    root: volumeManagement == .lvm ? "LVRoot" : "",
                    size: hasFull ? .free(smallestVolume) : .all,
                    position: systemDisk.position))
        }
        if volumeManagement == .lvm, let swap = swapMegabytes {
            let name = oemConfig?["oem-swapname"].map { trimmed($0.value) } ?? "LVSwap"
            volumes.append(Volume(swap: name, megabytes: swap, position: oemConfig?["oem-swap"]?.position))
        }
        return volumes
    }

    /// Size of the extra partition in MiB; nil when there is none.
    public var spareMegabytes: Int? { string("spare_part").flatMap(megabytes) }

    /// Size of the swap space in MiB; nil when there is none.
    public var swapMegabytes: Int? {
        guard let oemConfig, oemConfig.trimmedBoolean("oem-swap") ?? false else { return nil }
        return oemConfig.number("oem-swapsize") ?? 128
    }

    /// The free space of a volume without a size, in MiB.
    private var smallestVolume: Int {
        switch string("filesystem") {
        case "btrfs": 120
        case "xfs": 300
        default: 30
        }
    }
}

extension Attributes {
    /// A boolean text element.
    public func trimmedBoolean(_ name: String) -> Bool? {
        self[name].map { ["true", "1"].contains(trimmed($0.value)) }
    }
}

extension Volume {
    fileprivate init(_ element: AttributedElement, smallest: Int) {
        let attributes = element.attributes
        let written = attributes.string("name") ?? ""
        position = element.position
        parent = attributes.string("parent") ?? ""
        label = attributes.string("label")
        quota = attributes.string("quota")
        copyOnWrite = attributes.boolean("copy_on_write") ?? true
        fileSystemCheck = attributes.boolean("filesystem_check") ?? false
        isRoot = written.hasPrefix("@root")
        if let value = attributes.string("size").map(trimmed) {
            size = value == "all" ? .all : .fixed(megabytes(value) ?? 0)
        } else if let value = attributes.string("freespace").map(trimmed) {
            size = value == "all" ? .all : .free(megabytes(value) ?? 0)
        } else {
            size = .free(smallest)
        }
        if isRoot {
            name = written.hasPrefix("@root=") ? String(written.dropFirst(6)) : "LVRoot"
            mountPoint = nil
            path = "/"
        } else if let mount = attributes.string("mountpoint") {
            name = written
            mountPoint = mount
            path = mount
        } else {
            name = String(written.drop { $0 == "/" }.map { $0 == "/" ? "_" : $0 })
            mountPoint = written
            path = written
        }
    }

    fileprivate init(root name: String, size: Size, position: Position?) {
        self.init(
            position: position, name: name, parent: "", size: size, mountPoint: nil, path: "/", label: nil,
            quota: nil, copyOnWrite: true, fileSystemCheck: false, isRoot: true)
    }

    fileprivate init(swap name: String, megabytes: Int, position: Position?) {
        self.init(
            position: position, name: name, parent: "", size: .fixed(megabytes), mountPoint: nil,
            path: "swap",
            label: "SWAP", quota: nil, copyOnWrite: true, fileSystemCheck: false, isRoot: false)
    }
}
