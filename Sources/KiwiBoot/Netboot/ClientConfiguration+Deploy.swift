import KiwiDescription
import KiwiDiagnostics

extension ClientConfiguration {
    /// What a `<deploy>` section says for all clients of one image (schema-upgrade.md §3.3).
    ///
    /// - Parameters:
    ///   - name: of the image, with its architecture: `NAME.ARCH`.
    ///   - imageMiB: size of the image, for a partition that is to be as large.
    ///   - compression: the name of the file's compression, nil when it has none.
    public init(
        _ deploy: LegacyFacts.Deploy, name: String, version: String, imageMiB: Int64, compression: String?,
        readOnlyName: String? = nil
    ) {
        self.init()
        let server = deploy.server ?? ""
        let block = deploy.blockSize.map(String.init) ?? ""
        let target = deploy.partitions.first(where: \.isTarget)?.number ?? 2
        let device = deploy.device.map { Self.partition(target, of: $0) } ?? "/dev/ram1"
        var images = [Self.joined([device, name, version, server, block, compression ?? ""])]
        if let readOnlyName {
            // The read-only part of a split image goes behind the other one.
            let next = deploy.device.map { Self.partition(target + 1, of: $0) } ?? "/dev/ram2"
            images.append(Self.joined([next, readOnlyName, version, server, block]))
        }
        set("IMAGE", images.joined(separator: ","))
        if readOnlyName != nil { set("COMBINED_IMAGE", "yes") }
        if let disk = deploy.device, !deploy.partitions.isEmpty {
            set("DISK", disk)
            let sorted = deploy.partitions.enumerated()
                .sorted {
                    ($0.element.number ?? $0.offset + 1, $0.offset) < (
                        $1.element.number ?? $1.offset + 1, $1.offset
                    )
                }
            set(
                "PART",
                sorted.map { _, part in
                    let size = part.size == "image" ? String(imageMiB + 1) : part.size ?? "x"
                    return [size, Self.type(part.type), part.mountPoint ?? "x"].joined(separator: ";")
                }.joined(separator: ","))
        }
        if let union = deploy.union {
            // aufs and unionfs are in no kernel of today.
            set(
                "UNIONFS_CONFIG",
                [union.readWriteDevice ?? "tmpfs", union.readOnlyDevice ?? device, "overlay"]
                    .joined(separator: ","))
        }
        if !deploy.configurations.isEmpty {
            set(
                "CONF",
                deploy.configurations.map { Self.joined([$0.source, $0.destination, server, block]) }
                    .joined(separator: ","))
        }
    }

    /// `/dev/sda` and 2 give `/dev/sda2`, `/dev/nvme0n1` and 2 `/dev/nvme0n1p2`.
    public static func partition(_ number: Int, of disk: String) -> String {
        disk + (disk.last?.isNumber == true ? "p" : "") + String(number)
    }

    /// Words of old descriptions for partition types.
    private static func type(_ word: String?) -> String {
        switch word?.lowercased() {
        case nil, "", "linux": "83"
        case "swap": "S"
        default: word ?? ""
        }
    }

    /// Fields without empty ones at the end.
    private static func joined(_ fields: [String]) -> String {
        var fields = fields
        while fields.last?.isEmpty == true { fields.removeLast() }
        return fields.joined(separator: ";")
    }

    /// What is wrong with a section, found where it stands.
    public static func findings(
        _ deploy: LegacyFacts.Deploy, name: String, version: String, _ table: ClientKeyTable
    )
        -> [Diagnostic]
    {
        ClientConfiguration(deploy, name: name, version: version, imageMiB: 1, compression: nil)
            .findings(table).map { finding in
                var finding = finding
                finding.position = deploy.position
                return finding
            }
    }
}
