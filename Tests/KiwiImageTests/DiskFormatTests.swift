import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct DiskFormatTests {
    private static let libvirt = "<vagrantconfig provider=\"libvirt\" virtualsize=\"42\"/>"
    private static let virtualBox = """
        <vagrantconfig provider="virtualbox" virtualsize="42" embedded_vagrantfile="Vagrantfile.mine"/>
        """
    private static let flatDisk =
        "<machine><vmdisk diskmode=\"monolithicFlat\" controller=\"pvscsi\"/></machine>"

    private static let samples: [(attributes: [String], children: String)] = [
        (["format=\"qcow2\"", "formatoptions=\"lazy_refcounts,cluster_size=128k\""], ""),
        (["format=\"qcow2\"", "luks=\"secret\""], ""),
        (["format=\"vdi\""], ""),
        (["format=\"vhd\"", "formatoptions=\"force_size=off\""], ""),
        (["format=\"vhd-fixed\"", "vhdfixedtag=\"22222222-3333-4444-5555-666666666666\""], ""),
        (["format=\"vhdx\""], ""),
        (["format=\"vmdk\"", "firmware=\"efi\""], DiskSample.machine),
        (["format=\"vmdk\""], flatDisk),
        (["format=\"ova\"", "firmware=\"uefi\""], "<machine/>"),
        (["format=\"gce\"", "gcelicense=\"1111\""], ""),
        (["format=\"vagrant\""], libvirt),
        (["format=\"vagrant\""], virtualBox),
        (["format=\"oci:raw\"", "bundle_format=\"%N-%v\""], ""),
        (["format=\"docker:vmdk\""], flatDisk),
        (["format=\"oci:qcow2\"", "derived_from=\"file:///base.tar\""], ""),
    ]

    /// Steps, arguments and results of every format.
    @Test func plans() throws {
        var text = ""
        for (attributes, children) in Self.samples {
            let plan = try DiskFormatPlan(
                DiskSample.image(attributes, children: children), options: CreateOptions())
            try BuildPlan(steps: plan.steps, given: [.disk, .clock]).check()
            text += "== \(attributes.joined(separator: " "))\n"
            for step in plan.steps {
                text += "\(step.id): \(step.summary)\n"
                if let convert = step as? ConvertDisk {
                    text += "    qemu-img "
                    text += convert.arguments(from: "DISK", to: convert.name).joined(separator: " ") + "\n"
                }
            }
            for file in plan.files {
                text += "    \(file.key) -> \(file.name)"
                text += (file.compress ? " compress" : "") + (file.shasum ? " shasum" : "") + "\n"
            }
        }
        #expect(goldenDifference(text, "disk-formats.txt") == nil)
    }

    @Test func noFormatIsNoStep() throws {
        let plan = try DiskFormatPlan(DiskSample.image([]), options: CreateOptions())
        #expect(plan.format == nil && plan.steps.isEmpty && plan.files.isEmpty)
    }

    @Test func theConfigurationDecidesWhatABundleCompresses() throws {
        var packed = CreateOptions()
        packed.compressInBundle = true
        let format = try DiskSample.format(["format=\"qcow2\""])
        #expect(format.files(packed).map(\.compress) == [true])
        let box = try DiskSample.format(["format=\"vagrant\""], children: Self.libvirt)
        #expect(box.files(packed).map(\.compress) == [false])
        let encrypted = try DiskSample.format(["format=\"vdi\"", "luks=\"x\""])
        #expect(encrypted.files(CreateOptions()).map(\.compress) == [false])
    }

    /// What is wrong is said at its line; the attributes are on the lines from 4 on.
    @Test(arguments: [
        (["format=\"qcow2\"", "formatoptions=\"clustersize=64k\""], "", 5, "write 'cluster_size'"),
        (["format=\"qcow2\"", "formatoptions=\"cluster_size=big\""], "", 5, "write a size, for example 64k"),
        (["format=\"qcow2\"", "formatoptions=\"compat\""], "", 5, "write 0.10, 1.1, v2, v3"),
        (
            ["format=\"qcow2\"", "formatoptions=\"backing_file=/etc/passwd\""], "", 5,
            "remove it from 'formatoptions'"
        ),
        (
            ["format=\"qcow2\"", "formatoptions=\"encrypt.format=luks\""], "", 5,
            "remove it from 'formatoptions'"
        ),
        (["format=\"gce\"", "formatoptions=\"force_size\""], "", 5, "remove 'formatoptions'"),
        (
            ["format=\"vhd-fixed\"", "formatoptions=\"subformat=dynamic\""], "", 4,
            "remove 'subformat' from 'formatoptions'"
        ),
        (
            ["format=\"vmdk\"", "formatoptions=\"subformat=streamOptimized\""],
            "<machine><vmdisk diskmode=\"monolithicSparse\"/></machine>", 6,
            "remove 'subformat' from 'formatoptions'"
        ),
        (
            ["format=\"vmdk\""], "<machine><vmdisk diskmode=\"twoGbMaxExtentFlat\"/></machine>", 5,
            "write monolithicSparse, monolithicFlat or streamOptimized"
        ),
        (
            ["format=\"vmdk\""], "<machine><vmnic interface=\"eth0\"/></machine>", 5, "write a number"
        ),
        (
            ["format=\"vmdk\""],
            "<machine><vmnic interface=\"0\"/><vmnic interface=\"0\"/></machine>", 5,
            "write another 'interface'"
        ),
        (
            ["format=\"ova\""],
            "<machine><vmdisk controller=\"lsilogic\" id=\"1\"/><vmdvd controller=\"scsi\" id=\"1\"/></machine>",
            5,
            "write another 'id' for <vmdvd>"
        ),
        (
            ["format=\"oci:qcow2\"", "derived_from=\"nowhere\""], "", 5,
            "write file:///PATH of a docker or oci archive, or docker://REGISTRY/NAME:TAG"
        ),
    ]) func refuses(_ attributes: [String], _ children: String, _ line: Int, _ remedy: String) throws {
        let image = try DiskSample.image(attributes, children: children)
        let failure = try #require(throws: Failure.self) {
            try DiskFormat.of(image, options: CreateOptions())
        }
        #expect(failure.diagnostics.map { $0.position?.line } == [line])
        #expect(failure.diagnostics.map(\.remedy) == [remedy])
    }

    @Test func machineSettings() throws {
        let full = try DiskSample.format(
            ["format=\"vmdk\"", "firmware=\"efi\""], children: DiskSample.machine)
        var text = VMXText(machine: try #require(full.machine), diskFile: full.diskFile).text
        let plain = try DiskSample.format(["format=\"vmdk\""])
        text += VMXText(machine: try #require(plain.machine), diskFile: plain.diskFile).text
        #expect(goldenDifference(text, "machine.vmx") == nil)
    }

    @Test func appliance() throws {
        let format = try DiskSample.format(
            ["format=\"ova\"", "firmware=\"uefi\""],
            children: DiskSample.machine.replacing(" diskmode=\"monolithicSparse\"", with: ""))
        let ovf = VMwareOVF(
            machine: try #require(format.machine), name: "demo", diskFile: "demo.x86_64-1.2.3.vmdk",
            fileBytes: 1000, diskBytes: 40 << 20)
        #expect(goldenDifference(ovf.text, "appliance.ovf") == nil)
    }

    @Test func boxForVirtualBox() throws {
        let ovf = VirtualBoxOVF(
            name: "demo", diskUUID: "11111111-2222-4333-8444-555555555555", fileBytes: 1000,
            diskBytes: 42 << 30)
        #expect(goldenDifference(ovf.text, "box.ovf") == nil)
    }

    @Test(arguments: [
        ("suse-64", "suse64Guest"), ("sles15-64", "sles15_64Guest"), ("debian12-64", "debian12_64Guest"),
        ("other4xlinux-64", "other4xLinux64Guest"), ("ubuntu", "ubuntuGuest"),
        ("rhel9_64Guest", "rhel9_64Guest"),
    ]) func guestsHaveTheNamesOfVSphere(_ written: String, _ name: String) {
        #expect(VMwareOVF.guestIdentifier(written) == name)
    }

    @Test func boxes() throws {
        let libvirt = try #require(
            DiskSample.format(["format=\"vagrant\""], children: Self.libvirt).box)
        #expect(
            libvirt.metadata(diskBytes: 1) == """
                {
                  "format": "qcow2",
                  "provider": "libvirt",
                  "virtual_size": 42
                }

                """)
        // A disk that is larger than what is written decides.
        #expect(libvirt.metadata(diskBytes: (50 << 30) + 1).contains("\"virtual_size\": 51"))
        #expect(
            libvirt.generatedVagrantfile(macAddress: "") == """
                Vagrant.configure("2") do |config|
                  config.vm.synced_folder ".", "/vagrant", type: "rsync"
                  config.vm.provider :libvirt do |libvirt|
                    libvirt.driver = "kvm"
                  end
                end

                """)
        var other = try #require(
            DiskSample.format(["format=\"vagrant\""], children: Self.virtualBox).box)
        #expect(other.metadata(diskBytes: 1) == "{\n  \"provider\": \"virtualbox\"\n}\n")
        other.hasGuestAdditions = true
        #expect(
            other.generatedVagrantfile(macAddress: "00163EABCDEF") == """
                Vagrant.configure("2") do |config|
                  config.vm.base_mac = "00163EABCDEF"
                end

                """)
    }

    @Test func noSizeOfABoxMeans42() throws {
        let box = try DiskSample.format(
            ["format=\"vagrant\""],
            children: "<vagrantconfig provider=\"libvirt\" virtualsize=\"0\"/>"
        ).box
        #expect(box?.gibibytes == 42)
    }

    @Test func valuesCannotLeaveTheirLine() {
        #expect(VMXText.escaped("a\"b|c\nd") == "a|22b|7Cc|0Ad")
        #expect(OVFElement.escaped("<a & \"b\">\u{1}") == "&lt;a &amp; &quot;b&quot;&gt;")
    }

    @Test func checksumOfCastagnoli() {
        #expect(CRC32C.of("123456789".utf8) == 0xe306_9283)
    }

    @Test func guidsAreMixedEndian() {
        let bytes = UUIDBytes.parse("00112233-4455-6677-8899-aabbccddeeff")
        #expect(
            bytes.map(UUIDBytes.guid) == [
                0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
                0xff,
            ])
        #expect(UUIDBytes.parse("0011") == nil)
    }

    @Test func computeEngineWantsWholeGiB() {
        #expect(PackGCE.note(bytes: 10 << 30) == nil)
        #expect(PackGCE.note(bytes: (10 << 30) + 512)?.contains("whole GiB") == true)
    }

    @Test func aFormatIsKeptInTheManifest() throws {
        for (attributes, children) in Self.samples {
            let image = try DiskSample.image(attributes, children: children)
            let manifest = Manifest(
                image: ImageSummary(image, options: CreateOptions()), clock: 7, layers: [:], tools: [:],
                results: ["a.raw": (1, "x", "disk_image")], repositories: [])
            var update = try #require(ManifestUpdate(Array(manifest.json.kiwiText.utf8)))
            #expect(try update.diskFormat == DiskFormat.of(image, options: CreateOptions()))
            #expect(update.clock == 7)
            update.set("a.raw", bytes: 5, sha256: "new")
            update.setDiskSize(5)
            #expect(update.text.contains("\"sha256\": \"new\"") && update.text.contains("\"size\": 5"))
            #expect(!manifest.json.kiwiText.contains("/description"))
        }
    }
}
