import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@Suite struct InspectTreeTests {
    private let modules = [
        "squashfs", "loop", "isofs", "sr_mod", "cdrom", "sd_mod", "usb-storage", "dm-snapshot", "overlay",
        "ext4",
    ]

    private func step(_ firmware: BootFirmware = BootFirmware(bios: .required, efi: .no)) -> InspectTree {
        InspectTree(
            "inspect", tree: .layer("tree"), early: false, imageType: "iso",
            needs: LiveTechnology.dmsquash.needs, firmware: firmware,
            architecture: .x86_64, packageManager: "apt",
            because: Position(file: "config.xml", line: 4, column: 9))
    }

    private func complete(_ version: String = "6.1.0-10-amd64") -> [String: String] {
        var files = SampleTree.kernel(version, modules: modules)
        for tool in ["dracut", "dmsetup", "losetup", "cpio", "zstd", "grub-mkimage"] {
            files["usr/bin/\(tool)"] = "#!/bin/sh\n"
        }
        for module in ["90dmsquash-live", "90dm", "99pollcdrom"] {
            files["usr/lib/dracut/modules.d/\(module)/module-setup.sh"] = ""
        }
        files["usr/lib/grub/i386-pc/normal.mod"] = ""
        files["usr/lib/grub/i386-pc/modinfo.sh"] = "grub_package_version=\"2.06-13\"\n"
        files["usr/lib/dracut/dracut-version.sh"] = "DRACUT_VERSION=059-4\n"
        return files
    }

    private func inspect(_ files: [String: String], _ step: InspectTree) throws -> InspectTree.Inspection {
        let tree = try SampleTree(files)
        defer { tree.remove() }
        return try step.inspect(tree.reader, host: TreeReader("/nonexistent"), resources: nil)
    }

    @Test func findsTheNewestKernelAndTheTreesLoader() throws {
        var files = complete()
        files.merge(SampleTree.kernel("6.1.0-9-amd64", modules: modules)) { $1 }
        let result = try inspect(files, step())
        #expect(result.errors.isEmpty)
        let facts = try #require(result.facts)
        #expect(facts.kernelVersion == "6.1.0-10-amd64")
        #expect(facts.kernelFile == "/boot/vmlinuz-6.1.0-10-amd64")
        #expect(facts.squashfsZstd)
        #expect(facts.initrdCompressor == "zstd")
        #expect(facts.dracutVersion == "059-4")
        #expect(
            facts.loaders == [
                LoaderChoice(
                    .bios, from: .tree, modules: "/usr/lib/grub/i386-pc", tool: "grub-mkimage",
                    version: "2.06-13")
            ])
        #expect(result.notes.contains { $0.contains("6.1.0-9-amd64") })
    }

    /// Remedies name the packages of the tree's distribution.
    @Test func remediesSpeakTheTreesLanguage() throws {
        func remedies(_ system: String) throws -> [String] {
            var files = complete().filter { !$0.key.contains("vmlinuz") && !$0.key.contains("normal.mod") }
            files["usr/bin/dmsetup"] = nil
            files["etc/os-release"] = system
            let both = BootFirmware(bios: .required, efi: .required, signed: .required, efiPlatform: .efi64)
            let first = try inspect(files, step(both))
            let second = try inspect(
                complete().filter { !$0.key.contains("normal.mod") }
                    .merging(["etc/os-release": system]) { $1 }, step(both))
            return (first.errors + second.errors + second.warnings).compactMap(\.remedy)
        }
        let fedora = try remedies("ID=fedora\n")
        #expect(
            fedora.prefix(2) == [
                "add <package name=\"kernel\"/> (Fedora's name) to <packages type=\"image\">",
                "add <package name=\"device-mapper\"/> (Fedora's name) to <packages type=\"image\">",
            ])
        #expect(
            fedora.contains { $0.contains("grub2-pc-modules\"/> and <package name=\"grub2-tools-minimal") })
        #expect(
            fedora.contains {
                $0.contains("shim-x64\"/> and <package name=\"grub2-efi-x64\"/> (Fedora's names)")
            })
        let suse = try remedies("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n")
        #expect(
            suse.first
                == "add <package name=\"kernel-default\"/> (openSUSE Leap's name) to <packages type=\"image\">"
        )
        #expect(suse.contains { $0.contains("shim\"/> and <package name=\"grub2-x86_64-efi\"/>") })
        // Arch signs nothing and has one package for all platforms.
        let arch = try remedies("ID=arch\n")
        #expect(arch.contains("write firmware=\"efi\""))
        #expect(
            arch.contains("add <package name=\"grub\"/> (Arch Linux's name), or install them on this machine")
        )
        let unknown = try remedies("ID=haiku\n")
        #expect(
            unknown.first
                == "add <package name=\"linux-image-amd64\"/> (Debian's name) to <packages type=\"image\">")
        #expect(unknown.contains { $0.contains("shim-signed\"/> and <package name=\"grub-efi-amd64-signed") })
    }

    @Test func everyGRUBMustKnowHowToReadDefaultSubvolumes() throws {
        var files = complete()
        #expect(try inspect(files, step()).facts?.readsDefaultSubvolume == false)
        files["usr/lib/grub/i386-pc/btrfs.mod"] = "\u{0}btrfs_relative_path\u{0}"
        #expect(try inspect(files, step()).facts?.readsDefaultSubvolume == true)
        // The signed one comes from the same place as the modules of its platform.
        files["usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"] = ""
        files["usr/lib/shim/shimx64.efi.signed"] = ""
        let both = step(BootFirmware(bios: .required, efi: .required, signed: .required, efiPlatform: .efi64))
        #expect(try inspect(files, both).facts?.signed != nil)
        #expect(try inspect(files, both).facts?.readsDefaultSubvolume == false)
        files["usr/lib/grub/x86_64-efi/btrfs.mod"] = "btrfs_relative_path"
        #expect(try inspect(files, both).facts?.readsDefaultSubvolume == true)
    }

    @Test func reportsEverythingMissingAtOncePerPackage() throws {
        var files = complete()
        files["usr/bin/dmsetup"] = nil
        files["usr/lib/dracut/modules.d/90dmsquash-live/module-setup.sh"] = nil
        files["usr/lib/grub/i386-pc/normal.mod"] = nil
        files["usr/lib/modules/6.1.0-10-amd64/modules.dep"] = "kernel/squashfs.ko:\n"
        let errors = try inspect(files, step()).errors
        let remedies = errors.map { $0.remedy ?? "" }.joined(separator: "\n")
        for package in ["dmsetup", "dracut-live", "linux-image-amd64", "grub-pc-bin"] {
            #expect(remedies.contains("\"\(package)\""), "\(package)")
        }
        #expect(errors.allSatisfy { $0.position?.line == 4 })
    }

    @Test func aTreeWithoutKernelSaysSoOnce() throws {
        let files = complete().filter { !$0.key.contains("modules/") && !$0.key.contains("boot/") }
        let errors = try inspect(files, step()).errors
        #expect(errors.map(\.code) == ["no-kernel"])
    }

    @Test func aCompressionTheKernelCannotReadIsRefusedAtTheAttribute() throws {
        var step = step()
        step.kernelOptions = [
            Located("CONFIG_SQUASHFS_LZ4", at: Position(file: "config.xml", line: 7, column: 3))
        ]
        let errors = try inspect(complete(), step).errors
        #expect(errors.map(\.code) == ["kernel-lacks"])
        #expect(errors.first?.position?.line == 7)
    }

    @Test func aPreferredLoaderMayBeMissing() throws {
        let firmware = BootFirmware(
            bios: .preferred, efi: .preferred, signed: .preferred, efiPlatform: .efi64)
        let result = try inspect(complete(), step(firmware))
        #expect(result.errors.isEmpty)
        #expect(result.facts?.loaders.map(\.platform) == [.bios])
        #expect(result.notes.contains { $0.contains("grub-efi-amd64-bin") })
    }

    @Test func theSignedChainOfDebianIsFound() throws {
        var files = complete()
        files["usr/lib/shim/shimx64.efi.signed"] = "shim"
        files["usr/lib/shim/mmx64.efi.signed"] = "mm"
        files["usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed"] = "gcd"
        files["usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"] = "grub"
        let firmware = BootFirmware(bios: .preferred, efi: .required, signed: .required, efiPlatform: .efi64)
        let signed = try #require(try inspect(files, step(firmware)).facts?.signed)
        #expect(
            signed.destinations(for: .efi64).map(\.name) == ["BOOTX64.EFI", "grubx64.efi", "mmx64.efi"])
        #expect(signed.destinations(for: .efi64)[1].source.hasSuffix("gcdx64.efi.signed"))
    }

    @Test func uefiWithoutSignedFilesWarnsAndNamesThePackages() throws {
        var files = complete()
        files["usr/lib/grub/x86_64-efi/normal.mod"] = ""
        let firmware = BootFirmware(bios: .no, efi: .required, signed: .required, efiPlatform: .efi64)
        let result = try inspect(files, step(firmware))
        #expect(result.errors.isEmpty)
        #expect(result.warnings.map(\.code) == ["no-signed-loader"])
        #expect(result.facts?.loaders.map(\.platform) == [.efi64])
    }

    @Test func systemdBootIsLookedForInsteadOfGrub() throws {
        var files = complete()
        files["usr/bin/grub-mkimage"] = nil
        var step = step(BootFirmware(bios: .no, efi: .required, signed: .required, efiPlatform: .efi64))
        step.loader = .systemdBoot
        let errors = try inspect(files, step).errors
        #expect(errors.map(\.code) == ["no-loader"])
        #expect(errors.first?.remedy?.contains("\"systemd-boot-efi\"") == true)
        files["usr/lib/systemd/boot/efi/systemd-bootx64.efi"] = "MZ"
        let result = try inspect(files, step)
        #expect(result.errors.isEmpty)
        #expect(result.warnings.map(\.code) == ["no-signed-loader"])
        #expect(result.facts?.systemdBoot?.program == "/usr/lib/systemd/boot/efi/systemd-bootx64.efi")
        step.loader = .custom
        #expect(try inspect(files, step).facts?.systemdBoot == nil)
    }

    @Test func entryFilesNeedTheCommandInEveryGrub() throws {
        var files = complete()
        let firmware = BootFirmware(bios: .required, efi: .required, signed: .preferred, efiPlatform: .efi64)
        files["usr/lib/shim/shimx64.efi.signed"] = "shim"
        files["usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"] = "..blscfg.."
        #expect(try inspect(files, step(firmware)).facts?.readsEntryFiles == false)
        files["usr/lib/grub/i386-pc/blscfg.mod"] = ""
        #expect(try inspect(files, step(firmware)).facts?.readsEntryFiles == true)
        files["usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"] = "grub"
        #expect(try inspect(files, step(firmware)).facts?.readsEntryFiles == false)
    }

    @Test func aUnifiedKernelImageNeedsTheStubAndObjcopy() throws {
        var step = step()
        step.requirements = MakeInitrd.unifiedRequirements(.efi64)
        let remedies = try inspect(complete(), step).errors.compactMap(\.remedy).joined(separator: "\n")
        #expect(remedies.contains("\"systemd-boot-efi\"") && remedies.contains("\"binutils\""))
        var files = complete()
        files["usr/bin/objcopy"] = ""
        files["usr/lib/systemd/boot/efi/linuxx64.efi.stub"] = "MZ"
        #expect(try inspect(files, step).errors.isEmpty)
    }

    @Test func requirementsAreRead() {
        let text =
            "# c\ntool\ta|b\trequired\tpkg\twhat for\nodd\tx\trequired\tp\tq\nfile\t/x\toptional\tp\tq\n"
        let found = BootRequirement.parse(text)
        #expect(found.map(\.names) == [["a", "b"], ["/x"]])
        #expect(found.map(\.isRequired) == [true, false])
    }

    @Test func ourOwnRequirementsAreReadable() throws {
        let resources = try BootResources.locate()
        #expect(try !resources.requirements(of: "kiwi-live").isEmpty)
        #expect(try resources.digest(of: ["kiwi-live"]) != resources.digest(of: ["kiwi-lib"]))
    }

    @Test func prefixesOfSignedLoadersAreFound() {
        let binary = Array("xx/EFI/debian\0yy/EFI/BOOT/grub/EFI/ubuntu/".utf8)
        #expect(SignedLoader.prefixes(in: binary) == ["EFI/debian", "EFI/ubuntu"])
    }
}
