import KiwiBoot
import KiwiDescription
import KiwiStorage
import KiwiToolbox

/// What `overlayroot`, `verity_blocks` and `standalone_integrity` change.
extension DiskSystem {
    /// The read-only file system below an overlay.
    static let readonlyKey = "readonly"

    /// Puts the read-only root below; what was the root gets empty, for changes.
    mutating func addOverlay(_ type: ImageType) {
        let name = type.string("overlayroot_readonly_filesystem") ?? "squashfs"
        guard let kind = FileSystemKind(rawValue: name) else { return }
        var base = DiskFileSystem(Self.readonlyKey, .linux(kind), label: nil, at: "/")
        base.isListed = false
        for index in fileSystems.indices where fileSystems[index].key == "root" {
            fileSystems[index].isEmpty = true
        }
        if !type.hasWritePartition { fileSystems.removeAll { $0.key == "root" } }
        fileSystems.insert(base, at: 0)
    }

    /// The running system never writes to a verified root.
    mutating func mountRootReadOnly() {
        for index in fileSystems.indices where fileSystems[index].key == "root" {
            let options = fileSystems[index].mountOptions
            fileSystems[index].mountOptions = options == "defaults" ? "ro" : options + ",ro"
            fileSystems[index].checkOrder = 0
        }
    }

    /// The file system that dm-verity protects.
    var verified: DiskFileSystem? { verity == nil ? nil : self[isOverlay ? Self.readonlyKey : "root"] }

    func isReadOnly(_ fileSystem: DiskFileSystem) -> Bool {
        fileSystem.key == Self.readonlyKey || fileSystem.key == "root" && stack.verity != nil
    }

    /// Whether the last partition can take more of a disk: nothing grows what sums protect, and a
    /// description at its end would not be found any more.
    var canGrow: Bool {
        switch plan.partitions.last?.key {
        case Self.readonlyKey: false
        case "root": stack.verity == nil && stack.integrity == nil
        default: true
        }
    }

    /// Whether the root is named in a way that no other tool would think of.
    var hasOwnRootName: Bool { isOverlay || stack.verity != nil }

    /// What follows `root=` on the kernel's command line.
    func rootName(_ ids: ImageIDs) -> String {
        if isOverlay {
            return verity == nil
                ? "overlay:PARTUUID=\(partitionUUID(Self.readonlyKey, ids))"
                : "overlay:MAPPER=\(VerityTree.mapping)"
        }
        return stack.verity == nil ? device(fileSystems[0], ids) : Self.verityDevice
    }

    static let verityDevice = "/dev/mapper/\(VerityTree.mapping)"

    /// The word that names the write partition of an overlay.
    func overlayWord(_ ids: ImageIDs) -> String? {
        guard isOverlay, let root = self["root"] else { return nil }
        let parts = device(root, ids).split(separator: "=", maxSplits: 1)
        return "rd.root.overlay.write=/dev/disk/by-\(parts[0].lowercased())/\(parts[1])"
    }

    /// `/etc/veritytab` of the initrd.
    func veritytab(_ tree: VerityTree, _ ids: ImageIDs) -> String {
        // By its partition: the opened device has the file system's UUID too.
        tree.veritytab(device: "/dev/disk/by-partuuid/\(partitionUUID(verified?.key ?? "root", ids))")
    }

    /// `/etc/integritytab` of tree and initrd.
    func integritytab(_ volume: IntegrityVolume, _ ids: ImageIDs) -> String {
        let device =
            stack.raid.map { "/dev/disk/by-id/md-uuid-\(ids.array($0).mdUUID)" }
            ?? "PARTUUID=\(partitionUUID("root", ids))"
        return volume.integritytab(device: device)
    }

    /// The layer with the finished initrd.
    var initrdTree: Artifact { verity == nil ? .diskTree : .bootTree }

    /// The layer with the content of a file system.
    func source(of fileSystem: DiskFileSystem) -> Artifact {
        fileSystem.mountPoint == "/boot" ? initrdTree : .diskTree
    }

    // MARK: initrd

    /// Modules of the system's own initrd.
    func initrdModules(_ type: ImageType) -> InitrdModules {
        var modules = DiskAttributes.initrdModules(type, stack)
        if !canGrow { modules = modules.without("kiwi-repart") }
        for name in ownModules { modules.add(own: name) }
        if stack.integrity != nil { modules.required.append(Self.integrityModule) }
        return modules
    }

    /// dracut's module.
    private static let integrityModule = "systemd-integritysetup"

    private var ownModules: [String] {
        (isOverlay ? ["kiwi-overlay"] : []) + (verity == nil ? [] : ["kiwi-verity"])
    }

    /// What initrds that the running system makes must have as well.
    var keptModules: KeptModules {
        var kept = KeptModules(own: ownModules)
        if let integrity = stack.integrity {
            kept.names.append(Self.integrityModule)
            kept.files = ["/etc/integritytab"] + (integrity.systemKeyFile.map { [$0] } ?? [])
        }
        return kept
    }

    /// What opens the root, beside what the modules say themselves.
    var integrityRequirements: [BootRequirement] {
        guard stack.integrity != nil else { return [] }
        let purpose = "a root protected by dm-integrity"
        return [
            BootRequirement(
                .file, ["/usr/lib/systemd/systemd-integritysetup"], package: "systemd", for: purpose),
            BootRequirement(.dracutModule, [Self.integrityModule], package: "dracut", for: purpose),
            BootRequirement(.kernelModule, ["dm_integrity"], package: "linux-image-amd64", for: purpose),
        ]
    }
}

extension InitrdModules {
    fileprivate func without(_ name: String) -> InitrdModules {
        var result = self
        result.required.removeAll { $0 == name }
        result.own.removeAll { $0 == name }
        return result
    }

    fileprivate mutating func add(own name: String) {
        required.append(name)
        for module in [name, "kiwi-lib"] where !own.contains(module) { own.append(module) }
    }
}
