import Foundation
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiBoot
@testable import KiwiImage

@Suite struct MediumTests {
    /// Files of a build in a folder.
    private struct Place {
        let path = NSTemporaryDirectory() + "kiwi-medium-\(UUID().uuidString)"

        init(_ files: [String: String]) throws {
            for (name, text) in files {
                try FileSystem.makeFolder(FileSystem.parent(of: "\(path)/\(name)"))
                try FileSystem.write(text, to: "\(path)/\(name)")
            }
        }

        func request(_ initrd: String, _ purpose: MediumRequest.Purpose = .initrdAlone) -> MediumRequest {
            var request = MediumRequest(initrd: "\(path)/\(initrd)", output: "\(path)/out.iso")
            request.purpose = purpose
            return request
        }

        func remove() { try? FileSystem.removeTree(path) }
    }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return (error as? Failure)?.diagnostics.first?.code ?? "\(error)" }
    }

    @Test(arguments: [
        "initrd-netboot-suse-10.2.i686-2.1.1.gz": "initrd-netboot-suse-10.2.i686-2.1.1.kernel.2.6.18",
        "client.x86_64-1.0.0.initrd": "client.x86_64-1.0.0-6.1.0-40-amd64.kernel",
        "client.x86_64-1.0.0.initrd.xz": "client.x86_64-1.0.0-6.1.0-40-amd64.kernel",
    ]) func theKernelIsFoundByName(_ initrd: String, _ kernel: String) throws {
        let place = try Place([initrd: "i", kernel: "k", "other.kernel": "o"])
        defer { place.remove() }
        #expect(try MediumSource(place.request(initrd)).kernel == "\(place.path)/\(kernel)")
    }

    @Test func withoutAKernelOrWithTwoOnesItsNameIsAskedFor() throws {
        let place = try Place(["a.initrd": "i", "b.initrd": "i", "b-1.kernel": "k", "b-2.kernel": "k"])
        defer { place.remove() }
        #expect(code { _ = try MediumPlan(place.request("a.initrd")) } == "medium-kernel")
        #expect(code { _ = try MediumPlan(place.request("b.initrd")) } == "medium-kernel")
        #expect(code { _ = try MediumPlan(place.request("c.initrd")) } == "no-file")
    }

    private let build = [
        "demo.x86_64-1.2.3.initrd": "i", "demo.x86_64-1.2.3-6.1.kernel": "k", "demo.x86_64-1.2.3": "image",
        "demo.x86_64-1.2.3.sha256": "0 x", "demo.x86_64-1.2.3.append": "root=UUID=1234 console=ttyS1,38400n8",
        "config.default":
            "IMAGE=/dev/hda2;demo.x86_64;1.2.3;192.168.100.2;4096\nDISK=/dev/hda\nPART=64;S;x,900;83;/\n",
    ]

    private func installation(_ files: [String: String]) throws -> (plan: String, error: String?) {
        let place = try Place(files)
        defer { place.remove() }
        var text = ""
        let error = code {
            let request = place.request(
                "demo.x86_64-1.2.3.initrd", .installation("\(place.path)/demo.x86_64-1.2.3"))
            text = try PlanPrinter.text(MediumPlan(request).plan)
        }
        return (text, error)
    }

    @Test func anInstallationIsAServersTree() throws {
        let (plan, error) = try installation(build)
        #expect(error == nil)
        #expect(goldenDifference(plan, "plan-medium-install.txt") == nil)
    }

    @Test func withoutADeploySectionNothingCanBeInstalled() throws {
        var files = build
        files["config.default"] = nil
        #expect(try installation(files).error == "medium-no-deploy")
        files["config.default"] = "IMAGE=/dev/hda2;demo.x86_64;1.2.3\n"
        #expect(try installation(files).error == "medium-no-deploy")
        files["config.default"] = "IMAGE=/dev/hda2;other.x86_64;1.2.3\nDISK=/dev/hda\nPART=9;S;x,x;L;/\n"
        #expect(try installation(files).error == "medium-images")
        files["config.default"] = build["config.default"]! + "CONF=/KIWI/motd;/etc/motd\n"
        #expect(try installation(files).error == "medium-files")
        files["KIWI/motd"] = "Hello\n"
        let (plan, error) = try installation(files)
        #expect(error == nil && plan.contains("KIWI/motd"))
    }

    @Test func anInitrdAloneLooksForNoImage() throws {
        let place = try Place(build)
        defer { place.remove() }
        let plan = try PlanPrinter.text(MediumPlan(place.request("demo.x86_64-1.2.3.initrd")).plan)
        #expect(plan.contains("words = \"console=ttyS1,38400n8\"\n"))
    }

    @Test func aSystemLiesInAPartition() throws {
        let place = try Place(build)
        defer { place.remove() }
        var request = place.request(
            "demo.x86_64-1.2.3.initrd", .system("\(place.path)/demo.x86_64-1.2.3"))
        request.words = "quiet"
        request.format = .vmdk
        request.bytes = 1 << 30
        request.output = "\(place.path)/demo.vmdk"
        #expect(try goldenDifference(PlanPrinter.text(MediumPlan(request).plan), "plan-medium-vm.txt") == nil)
        request.purpose = .initrdAlone
        #expect(code { _ = try MediumPlan(request) } == "medium-size")
        request.bytes = nil
        #expect(code { _ = try MediumPlan(request) } == "medium-format")
    }

    /// As `sfdisk --json` shows partitions that xorriso 1.5.4 has written.
    @Test func partitionsAreKnownBefore() {
        let id = "00112233-4455-6677-8899-aabbccddeeff"
        #expect(MakeMediumLoader.partition(3, ofDisk: id) == "33221100-5544-7766-889a-aabbccddeeff")
        #expect(MakeMediumLoader.partition(2, ofDisk: id) == "33221100-5544-7766-889b-aabbccddeeff")
    }

    @Test func theMenuSpeaksWhereTheKernelDoes() {
        let step = MakeMediumLoader(title: "Start", words: "", hasSystem: false)
        let ids = ImageIDs(treeKey: "key", type: "medium")
        let menu = step.menu(ids, words: "console=tty0 console=ttyS1,38400n8 quiet")
        #expect(menu.output == ["console", "serial"])
        #expect(menu.serialLine == "--unit=1 --speed=38400")
        #expect(step.menu(ids, words: "quiet").output == ["console"])
    }

    @Test func aSystemSaysWhatItIs() throws {
        let ext = try ReadSystemImage.read("UUID=12-34\nVERSION=1.0\nTYPE=ext4\nUSAGE=filesystem\n", "x")
        #expect(ext.words(partition: "p") == "root=UUID=12-34 rw")
        let squash = try ReadSystemImage.read("TYPE=squashfs\n", "x")
        #expect(squash.words(partition: "p") == "root=overlay:PARTUUID=p")
        #expect(code { _ = try ReadSystemImage.read("PTTYPE=gpt\n", "x") } == "medium-system")
        #expect(code { _ = try ReadSystemImage.read("TYPE=swap\n", "x") } == "medium-system")
        #expect(code { _ = try ReadSystemImage.read("", "x") } == "medium-system")
    }
}

@Suite struct StickTests {
    private let stick = RemovableDevice(name: "sdb", bytes: 1 << 20, model: "Maker Stick", isRemovable: true)

    private func code(_ image: String, _ name: String, any: Bool = false, _ device: RemovableDevice?)
        -> String?
    {
        do throws(Failure) {
            _ = try StickWriter(image, to: name, anyDevice: any) { $0 == device?.name ? device : nil }
            return nil
        } catch { return error.diagnostics.first?.code }
    }

    @Test func onlySticksThatAreLargeEnough() throws {
        let image = NSTemporaryDirectory() + "kiwi-stick-\(UUID().uuidString)"
        try FileSystem.makeSparse(image, bytes: 1 << 20)
        defer { try? FileSystem.removeTree(image) }
        var other = stick
        #expect(code(image, "sdb", stick) == nil)
        #expect(code(image, "/dev/sdb", stick) == nil)
        other.isRemovable = false
        #expect(code(image, "sdb", other) == "stick-built-in")
        #expect(code(image, "sdb", any: true, other) == nil)
        other = stick
        other.bytes -= 512
        #expect(code(image, "sdb", other) == "stick-too-small")
        #expect(code(image, "sdc", stick) == "stick-none")
        #expect(code(image, "/dev/null", any: true, stick) == "stick-none")
        #expect(code(image, "/dev/sdb1", any: true, stick) == "stick-none")
        #expect(code(image, image, stick) == "stick-none")
        #expect(code(image, "/tmp", stick) == "stick-none")
        #expect(code("\(image)-none", "sdb", stick) == "no-file")
    }

    @Test func aFileStandsForAStick() throws {
        let folder = NSTemporaryDirectory() + "kiwi-stick-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        let (image, target) = ("\(folder)/image", "\(folder)/stick")
        try FileSystem.write([UInt8](repeating: 7, count: 5 << 20), to: image)
        try StickWriter(image, to: target, anyDevice: false).run()
        #expect(try Digest(ofFile: target) == Digest(ofFile: image))
        // One that is larger keeps its size; what stood at its end is gone.
        try FileSystem.write([UInt8](repeating: 9, count: 8 << 20), to: target)
        var steps: [Int64] = []
        try StickWriter(image, to: target, anyDevice: false).run { done, _ in steps.append(done) }
        #expect(steps.last == 5 << 20)
        #expect(FileSystem.size(of: target) == 8 << 20)
        let file = try BinaryFile(target)
        #expect(try file.read(1, at: (5 << 20) - 1) == [7])
        #expect(try file.read(1, at: (8 << 20) - 1) == [0])
        try FileSystem.write("small", to: target)
        #expect(code(image, target, nil) == "stick-too-small")
    }

    @Test func devicesAreReadFromSysfs() throws {
        let sys = NSTemporaryDirectory() + "kiwi-sys-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(sys) }
        for (name, size, removable) in [
            ("sda", "2048", "0"), ("sdb", "4096", "1"), ("sdc", "0", "1"), ("loop0", "8", "0"),
            ("sr0", "8", "1"),
        ] {
            try FileSystem.makeFolder("\(sys)/block/\(name)/device")
            try FileSystem.write("\(size)\n", to: "\(sys)/block/\(name)/size")
            try FileSystem.write("\(removable)\n", to: "\(sys)/block/\(name)/removable")
            try FileSystem.write("Maker   \n", to: "\(sys)/block/\(name)/device/vendor")
        }
        let found = RemovableDevice.all(sys: sys)
        #expect(found.map(\.name) == ["sda", "sdb"])
        #expect(found.map(\.isRemovable) == [false, true])
        #expect(found[1].bytes == 2 << 20 && found[1].model == "Maker")
        #expect(RemovableDevice.one("../sda", sys: sys) == nil)
    }
}
