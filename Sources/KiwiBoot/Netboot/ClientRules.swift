import KiwiDiagnostics

/// What the keys of a client's configuration have to do with each other.
enum ClientRules {
    static func findings(_ configuration: ClientConfiguration) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        func find(
            _ key: String, _ severity: Diagnostic.Severity, _ message: String, _ remedy: String
        ) {
            let entry = configuration.entries.last { $0.key == key }
            findings.append(
                Diagnostic("config-rule", severity, at: entry?.position, message, remedy: remedy))
        }
        func has(_ key: String) -> Bool { !(configuration.value(key) ?? "").isEmpty }

        let images = configuration.items("IMAGE")
        let partitions = configuration.items("PART")
        let arrays = configuration.items("RAID").first
        if has("PART"), !has("DISK"), arrays == nil {
            find("PART", .error, "PART divides a disk, and DISK does not say which", "add DISK=/dev/sda")
        }
        if has("DISK"), !has("PART") {
            find("DISK", .warning, "DISK has no effect without PART", "add PART, or remove DISK")
        }
        if let arrays {
            let disks = arrays.dropFirst()
            if Set(disks).count < 2 {
                find("RAID", .error, "RAID needs two disks", "write RAID=1;/dev/sda;/dev/sdb")
            }
            if !has("PART") {
                find("RAID", .warning, "RAID has no effect without PART", "add PART, or remove RAID")
            }
            if let disk = configuration.value("DISK"), !disk.isEmpty, !disks.contains(disk) {
                find("DISK", .warning, "with RAID, DISK has no effect", "remove DISK")
            }
            let nodes = partitions.indices.map { "/dev/md\($0)" }
            let union = ["UNIONFS_CONFIG", "UNIONFS_CONFIGURATION"].flatMap {
                configuration.items($0).prefix(2).map { $0[0] }
            }
            for device in Set(images.map { $0[0] } + union).sorted()
            where device.hasPrefix("/dev/") && !device.hasPrefix("/dev/ram") && has("PART")
                && !nodes.contains(device)
            {
                find(
                    images.contains { $0[0] == device } ? "IMAGE" : "UNIONFS_CONFIG", .error,
                    "\(device) is none of the arrays that RAID makes of PART",
                    "write \(nodes.joined(separator: " or "))")
            }
        }
        for (index, part) in partitions.enumerated().dropLast() where part[0].lowercased() == "x" {
            find(
                "PART", .error, "partition \(index + 1) takes all that is left, and others come after it",
                "give it a size, or make it the last one")
        }
        let mounts = partitions.compactMap { $0.count > 2 && $0[2].hasPrefix("/") ? $0[2] : nil }
        for mount in Set(mounts) where mounts.filter({ $0 == mount }).count > 1 {
            find(
                "PART", .error, "two partitions are mounted at \(mount)",
                "give one of them another mount point")
        }
        for image in images {
            if image[0] == "/dev/ram0" {
                find(
                    "IMAGE", .error, "/dev/ram0 holds the initrd, an image cannot go there", "write /dev/ram1"
                )
            }
            if image.count > 4, let bytes = Int(image[4]), !(8...65464).contains(bytes) {
                find(
                    "IMAGE", .error, "a TFTP block of \(bytes) bytes does not exist",
                    "write a size from 8 to 65464, for example 4096, or leave it out")
            }
        }
        if has("COMBINED_IMAGE"), images.count != 2 {
            find(
                "COMBINED_IMAGE", .error,
                "COMBINED_IMAGE joins two images, and IMAGE names \(images.count)",
                "name the read-write part and then the read-only part in IMAGE")
        }
        for (key, other) in [("KIWI_KERNEL", "KIWI_INITRD"), ("KIWI_INITRD", "KIWI_KERNEL")]
        where has(key) && !has(other) {
            find(
                key, .warning, "without \(other), \(key) is used only if the image has the other file",
                "add \(other)")
        }
        for key in ["UNIONFS_CONFIG", "UNIONFS_CONFIGURATION"] where has(key) {
            let parts = configuration.items(key).map { $0[0] }
            guard parts.count > 1, parts[1].hasPrefix("/") else { continue }
            if !images.isEmpty, !images.contains(where: { $0[0] == parts[1] }) {
                find(
                    key, .error, "no IMAGE goes to \(parts[1]), the read-only part of the union",
                    "name the device of an IMAGE")
            }
            if parts[0] == parts[1] {
                find(
                    key, .error, "changes cannot go to the device of the read-only system",
                    "name another device, or tmpfs")
            }
        }
        let roots = ["NFSROOT", "NBDROOT", "AOEROOT"].filter(has)
        if let first = roots.first, roots.count > 1 || !images.isEmpty {
            find(
                first, .error,
                "there are several roots: \((roots + (images.isEmpty ? [] : ["IMAGE"])).joined(separator: ", "))",
                "keep one of them")
        }
        return findings
    }
}
