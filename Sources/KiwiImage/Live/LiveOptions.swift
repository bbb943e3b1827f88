import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiStorage

/// The live ISO's attributes with their defaults: what the steps are made from. Pure.
public struct LiveOptions: Sendable, Hashable {
    /// What `LiveOS/squashfs.img` is.
    public enum Payload: Sendable, Hashable {
        /// The tree itself as squashfs or erofs.
        case direct(FileSystemKind)
        /// A squashfs with `LiveOS/rootfs.img`, an image of this file system.
        case nested(FileSystemKind)
    }

    public var technology: LiveTechnology
    public var payload: Payload
    public var firmware: BootFirmware
    public var volumeID: String
    public var publisher: String
    public var applicationID: String?
    public var mediaCheck: Bool
    public var persistent: Bool
    public var persistentFileSystem: String?
    public var commandLine: LiveCommandLine

    static let defaultPublisher = "SUSE LINUX GmbH"

    public init(_ image: ResolvedImage) throws(Failure) {
        let type = image.type
        technology = type.string("flags").flatMap(LiveTechnology.init) ?? .overlay
        firmware = try BootFirmware(type: type, architecture: image.architecture)
        if type.legacy?.wantsIsolinux == true, firmware.bios != .no { firmware.wantsIsolinux = true }
        let written = type.string("filesystem").flatMap(FileSystemKind.init)
        switch (written, technology) {
        case (.squashfs?, _), (.erofs?, _): payload = .direct(written ?? .squashfs)
        case (let kind?, _): payload = .nested(kind)
        // KIWI nests an ext4 image here; the tree itself is smaller and made faster.
        case (nil, .overlay): payload = .direct(.squashfs)
        // dmsquash-live works on a snapshot of an image.
        case (nil, .dmsquash): payload = .nested(.ext4)
        }
        volumeID = type.string("volid") ?? "CDROM"
        publisher = type.string("publisher") ?? Self.defaultPublisher
        applicationID = type.string("application_id")
        mediaCheck = type.flag("mediacheck")
        persistent = type.flag("hybridpersistent")
        persistentFileSystem = type.string("hybridpersistent_filesystem")
        let isDirect = if case .direct = payload { true } else { false }
        commandLine = LiveCommandLine(
            own: type.string("kernelcmdline") ?? "", volumeID: volumeID, technology: technology,
            isDirect: isDirect,
            persistent: persistent, persistentFileSystem: persistentFileSystem)
        var errors: [Diagnostic] = []
        if case .direct(.erofs) = payload, technology == .dmsquash {
            errors.append(
                Diagnostic(
                    "unsupported-combination", at: type.position(of: "filesystem"),
                    "flags \"dmsquash\" cannot boot from erofs",
                    remedy: "write filesystem=\"squashfs\" or leave it out, or write flags=\"overlay\""))
        }
        if persistent, technology == .dmsquash {
            errors.append(
                Diagnostic(
                    "unsupported-combination", at: type.position(of: "hybridpersistent"),
                    "dmsquash-live cannot add a write area to this medium",
                    remedy: "write flags=\"overlay\", or leave the attribute out"))
        }
        if volumeID.utf8.count > 32 {
            errors.append(
                Diagnostic(
                    "volume-id", at: type.position(of: "volid"),
                    "the volume id '\(volumeID)' has \(volumeID.utf8.count) bytes, at most 32 fit",
                    remedy: "shorten it"))
        }
        if mediaCheck, technology == .dmsquash {
            errors.append(
                Diagnostic(
                    "no-effect", .note, at: type.position(of: "mediacheck"),
                    "dmsquash-live cannot check media of this format: the checksum is written, the menu has no entry for it"
                ))
        }
        if image.initrd.setupUEFI || image.initrd.addUEFI || image.initrd.setUEFI {
            errors.append(
                Diagnostic(
                    "no-effect", .note, at: type.position,
                    "a unified kernel image (dracut uefi=\"true\") has no effect here: the menu boots kernel and initrd"
                ))
        }
        if let size = type.size, case .direct = payload {
            errors.append(
                Diagnostic(
                    "no-effect", .note, at: size.position ?? type.position,
                    "size has no effect here: the system is packed as a read-only file system of its own size"
                ))
        }
        if errors.contains(where: { $0.severity == .error }) { throw Failure(.descriptionWrong, errors) }
        notes = errors
    }

    /// What the ISO is apart from its content.
    public var medium: MediumOptions {
        MediumOptions(
            firmware: firmware, volumeID: volumeID, publisher: publisher, applicationID: applicationID)
    }

    /// Notes about what has no effect.
    public var notes: [Diagnostic] = []

    /// The menu's entries.
    public func entries(title: String) -> [GrubMenu.Entry] {
        var entries: [GrubMenu.Entry] = [
            .linux(title: title, options: commandLine.standard),
            .linux(title: "Failsafe -- \(title)", options: commandLine.failsafe),
        ]
        if mediaCheck, technology == .overlay {
            entries.append(.linux(title: "Mediacheck", options: commandLine.mediaCheck))
        }
        entries.append(.hardDisk(title: "Boot from Hard Disk"))
        return entries
    }
}
