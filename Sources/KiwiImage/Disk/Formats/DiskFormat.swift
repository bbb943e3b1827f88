import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What `format` and its companions make of the raw disk. Pure.
///
/// Everything that is needed for it besides the disk is in the value: it is kept in the manifest of a
/// build, so that `image resize` makes the same of the resized disk.
public struct DiskFormat: Sendable, Codable, Hashable {
    enum Kind: String, Sendable, Codable, CaseIterable {
        case qcow2, vmdk, vdi, vhd, vhdx, ova, gce, vagrant
        case vhdFixed = "vhd-fixed"
        /// Only in a container.
        case raw
    }

    var kind: Kind
    /// `NAME.ARCH-VERSION`.
    var stem: String
    /// Name of the image.
    var name: String
    /// Options of qemu-img by name, those of KIWI's formats included.
    var options: [String: String]
    /// For VMDK and OVA.
    var machine: VirtualMachine?
    var box: VagrantBox?
    var license: String?
    var tag: String?
    /// Whether the disk's content is encrypted: it cannot be compressed.
    var isEncrypted: Bool
    var container: DiskContainer?

    /// - Returns: nil for an image that stays a raw disk.
    /// - Throws: everything about the format that cannot be done, at its lines.
    public static func of(_ image: ResolvedImage, options: CreateOptions) throws(Failure) -> DiskFormat? {
        guard let written = image.type.attributes["format"] else { return nil }
        let parts = written.value.split(separator: ":").map(String.init)
        let container = parts.count == 2 ? ContainerFormat(rawValue: parts[0]) : nil
        guard let kind = parts.last.flatMap(Kind.init), parts.count == (container == nil ? 1 : 2),
            container == nil ? kind != .raw : kind != .vagrant
        else {
            // The grammar lets nothing else through.
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-attribute", at: written.position,
                    "\"\(written.value)\" is no format of a disk",
                    remedy: "remove 'format': the disk stays raw"))
        }
        var format = try DiskFormat(kind, image)
        if let container { format.container = try DiskContainer(container, image, options: options) }
        return format
    }

    private init(_ kind: Kind, _ image: ResolvedImage) throws(Failure) {
        let type = image.type
        self.kind = kind
        stem = ResultFile.stem(image)
        name = image.name
        isEncrypted = type.string("luks") != nil
        box = kind == .vagrant ? VagrantBox(image) : nil
        license = kind == .gce ? type.string("gcelicense") : nil
        tag = kind == .vhdFixed ? type.string("vhdfixedtag") : nil
        var errors: [Diagnostic] = []
        if kind == .vmdk || kind == .ova {
            do throws(Failure) { machine = try VirtualMachine(image) } catch { errors = error.diagnostics }
        }
        if kind == .vagrant, box == nil {
            errors.append(
                Diagnostic(
                    "vagrant-provider", at: type.position(of: "format"),
                    "the format 'vagrant' needs a provider",
                    remedy: "add <vagrantconfig provider=\"libvirt\" virtualsize=\"42\"/> to <type>"))
        }
        var written = FormatOptions(
            type.attributes["formatoptions"], driver: kind.driver(box?.provider), format: kind.rawValue)
        Self.addOwn(kind, box, type, to: &written)
        errors += written.errors
        options = written.values
        if !errors.isEmpty { throw Failure(.descriptionWrong, errors) }
    }

    /// What the format itself and `<vmdisk>` decide.
    private static func addOwn(
        _ kind: Kind, _ box: VagrantBox?, _ type: ImageType, to options: inout FormatOptions
    ) {
        let disk = type.machine?.disk
        let format = type.position(of: "format")
        switch kind {
        case .qcow2, .vdi, .gce, .raw: break
        // Without it the size follows an old geometry and the end of a GPT lies before the end of the disk.
        case .vhd: options.values["force_size"] = options.values["force_size"] ?? "on"
        case .vhdFixed:
            options.set("subformat", "fixed", from: "'vhd-fixed'", at: format)
            options.values["force_size"] = options.values["force_size"] ?? "on"
        case .vhdx: options.values["subformat"] = options.values["subformat"] ?? "dynamic"
        case .vmdk, .ova:
            if let controller = disk?.attributes["controller"],
                let adapter = VirtualMachine.DiskController(rawValue: controller.value)?.adapterType
            {
                options.set("adapter_type", adapter, from: "<vmdisk controller>", at: controller.position)
            }
            if kind == .ova {
                options.set("subformat", "streamOptimized", from: "'ova'", at: format)
            } else if let mode = disk?.attributes["diskmode"] {
                options.set("subformat", mode.value, from: "<vmdisk diskmode>", at: mode.position)
            }
            if let variant = options.values["subformat"].flatMap(VMDKVariant.init), variant.isSplit {
                options.errors.append(
                    Diagnostic(
                        "unsupported-attribute",
                        at: disk?.attributes["diskmode"]?.position ?? type.position(of: "formatoptions"),
                        "a disk in pieces of 2 GiB is not made: results are single files",
                        remedy: "write monolithicSparse, monolithicFlat or streamOptimized"))
            }
        case .vagrant where box?.provider == .virtualbox:
            options.set("subformat", "streamOptimized", from: "'virtualbox'", at: format)
        case .vagrant: break
        }
    }
}

extension DiskFormat.Kind {
    /// What qemu-img calls the format; nil where the disk stays raw.
    func driver(_ provider: VagrantBox.Provider?) -> QemuDriver? {
        switch self {
        case .qcow2: .qcow2
        case .vmdk, .ova: .vmdk
        case .vdi: .vdi
        case .vhd, .vhdFixed: .vpc
        case .vhdx: .vhdx
        case .gce, .raw: nil
        case .vagrant: provider == .virtualbox ? .vmdk : .qcow2
        }
    }
}
