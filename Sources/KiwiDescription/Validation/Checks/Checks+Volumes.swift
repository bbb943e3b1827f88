extension RuntimeCheck {
    static let volumeChecks: [RuntimeCheck] = [
        reservedLabels, fullSize, rootDefinition, volumeLabel, swapName,
    ]

    private static let reservedLabels = RuntimeCheck("check_volume_setup_defines_reserved_labels") {
        context in
        guard context.type.volumeManagement == .lvm else { return nil }
        let reserved = [context.type.string("rootfs_label") ?? "ROOT", "SWAP", "SPARE"]
        for volume in context.image.volumes where volume.path != "swap" {
            guard let label = volume.label, reserved.contains(label) else { continue }
            return Finding(
                at: volume.position, "the label '\(label)' of the volume '\(volume.name)' is reserved",
                remedy: "choose a label other than \(oneOf(reserved))")
        }
        return nil
    }

    private static let fullSize = RuntimeCheck("check_volume_setup_defines_multiple_fullsize_volumes") {
        context in
        let full = (context.type.systemDisk?.volumes ?? []).filter {
            $0.attributes.string("size") == "all" || $0.attributes.string("freespace") == "all"
        }
        guard full.count > 1 else { return nil }
        return Finding(
            at: full[1].position, "\(full.count) volumes take the rest of the disk",
            remedy: "write size=\"all\" for one volume only",
            notes: full[0].position.map { ["the first one is at \($0)"] } ?? [])
    }

    private static let rootDefinition = RuntimeCheck("check_volume_setup_has_no_root_definition") { context in
        for volume in context.type.systemDisk?.volumes ?? [] {
            let attributes = volume.attributes
            guard attributes.string("mountpoint") == "/" || attributes.string("name") == "/",
                attributes.string("name")?.hasPrefix("@root") != true
            else { continue }
            return Finding(
                at: volume.position, "a volume cannot be mounted at '/'",
                remedy: "write name=\"@root\", or name=\"@root=NAME\", without a mountpoint")
        }
        return nil
    }

    private static let volumeLabel = RuntimeCheck("check_volume_label_used_with_lvm") { context in
        guard let management = context.type.volumeManagement, management != .lvm else { return nil }
        for volume in context.image.volumes {
            guard let label = volume.label, label != "SWAP" else { continue }
            return Finding(
                at: volume.position,
                "the label '\(label)' of the volume '\(volume.name)' needs LVM, but the volumes are those of \(management.rawValue)",
                remedy: "remove 'label', or add preferlvm=\"true\" to <systemdisk>")
        }
        return nil
    }

    private static let swapName = RuntimeCheck("check_swap_name_used_with_lvm") { context in
        guard let name = context.type.oemConfig?["oem-swapname"], context.type.volumeManagement != .lvm
        else { return nil }
        return Finding(
            at: name.position, "a swap partition has no name: '\(trimmed(name.value))' is for LVM",
            remedy: "remove <oem-swapname>")
    }
}
