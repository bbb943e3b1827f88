import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiImage

/// Formats written by the real qemu-img of a small disk, and read again.
@Suite(
    .enabled(
        if: ["qemu-img", "sfdisk"].allSatisfy { ToolCheck.find($0) != nil }, "needs qemu-img and sfdisk"))
struct RealDiskFormatTests {
    private struct Made {
        var place: TestPlace
        var workspace: Workspace
        var disk: String
        func file(_ artifact: Artifact) async throws -> String { try await workspace.file(artifact) }
    }

    /// Runs the steps of a format.
    private func make(_ format: DiskFormat, in place: TestPlace, folder: String = "") async throws -> Made {
        let workspace = try place.workspace()
        let disk = "\(place.path)/disk.raw"
        if !FileSystem.exists(disk) { try await DiskSample.write(to: disk, in: workspace) }
        await workspace.artifacts.setFile(.disk, disk)
        try await workspace.set(.clock, Int64(1_700_000_000))
        for step in format.steps(because: nil, folder: folder, options: CreateOptions()) {
            try await step.run(in: workspace)
        }
        return Made(place: place, workspace: workspace, disk: disk)
    }

    private func output(_ made: Made, _ tool: String, _ arguments: [String]) async throws -> String {
        try await made.workspace.runner.run(ToolCall(tool, arguments, output: .capture())).output
    }

    private func compare(_ made: Made, _ file: String, as driver: String) async throws {
        // Different sizes are only a warning to it.
        let text = try await output(
            made, "qemu-img", ["compare", "-f", "raw", "-F", driver, made.disk, file])
        #expect(text == "Images are identical.\n")
    }

    @Test(arguments: [
        ("qcow2", "qcow2", ""), ("qcow2", "qcow2", "compression_type=zstd"),
        ("qcow2", "qcow2", "preallocation=metadata"), ("vdi", "vdi", ""), ("vdi", "vdi", "static"),
        ("vhd", "vpc", ""), ("vhd-fixed", "vpc", ""), ("vhdx", "vhdx", ""), ("vmdk", "vmdk", ""),
        ("vmdk", "vmdk", "subformat=streamOptimized"),
    ]) func readsAsTheDiskAndIsTheSameTwice(_ name: String, _ driver: String, _ options: String) async throws
    {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(
            ["format=\"\(name)\"", options.isEmpty ? "" : "formatoptions=\"\(options)\""])
        let made = try await make(format, in: place)
        let file = try await made.file(.formattedDisk)
        let first = try Digest(ofFile: file)
        try await compare(made, file, as: driver)
        if driver != "vpc" {
            let check = try await output(made, "qemu-img", ["check", "-f", driver, file])
            #expect(check.contains("No errors were found"))
        }
        #expect(FileSystem.allocatedBytes(of: file) ?? 0 < 20 << 20)
        // A second later, when made-up times and numbers are others.
        try await Task.sleep(for: .milliseconds(1100))
        let again = try await make(format, in: place)
        #expect(try Digest(ofFile: await again.file(.formattedDisk)) == first)
        // Another disk has another identity: compare what is no content.
        if name == "vhd-fixed" {
            let uuid = try BinaryFile(file).read(16, at: (40 << 20) + 68)
            try BinaryFile(made.disk, writable: true).write([1], at: 440)
            let other = try await make(format, in: place).file(.formattedDisk)
            #expect(try BinaryFile(other).read(16, at: (40 << 20) + 68) != uuid)
        }
    }

    @Test func flatDisksAreTwoFiles() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(
            ["format=\"vmdk\""],
            children: "<machine><vmdisk diskmode=\"monolithicFlat\" controller=\"pvscsi\"/></machine>")
        let made = try await make(format, in: place)
        let folder = "\(place.path)/result"
        try FileSystem.makeFolder(folder)
        for file in format.files(CreateOptions()) {
            try FileSystem.rename(try await made.file(file.artifact), to: "\(folder)/\(file.name)")
        }
        #expect(
            try FileSystem.names(in: folder) == [
                "demo.x86_64-1.2.3-flat.vmdk", "demo.x86_64-1.2.3.vmdk", "demo.x86_64-1.2.3.vmx",
            ])
        try await compare(made, "\(folder)/\(format.diskFile)", as: "vmdk")
        let text = try FileSystem.readText("\(folder)/\(format.diskFile)")
        #expect(
            text.contains("\"demo.x86_64-1.2.3-flat.vmdk\"")
                && text.contains("ddb.adapterType = \"lsilogic\""))
        #expect(
            try FileSystem.readText("\(folder)/demo.x86_64-1.2.3.vmx").contains(
                "scsi0.virtualDev = \"pvscsi\""))
    }

    @Test func tagOfAFixedVHD() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(
            ["format=\"vhd-fixed\"", "vhdfixedtag=\"00112233-4455-6677-8899-aabbccddeeff\""])
        let made = try await make(format, in: place)
        let tag = try BinaryFile(await made.file(.formattedDisk)).read(512, at: 65536)
        #expect(
            Array(tag.prefix(16)) == [
                0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
                0xff,
            ])
        #expect(tag.dropFirst(16).allSatisfy { $0 == 0 })
        // A boot loader that reaches so far is not overwritten.
        try BinaryFile(made.disk, writable: true).write([1], at: 65536 + 100)
        await #expect(throws: Failure.self) { try await make(format, in: place) }
    }

    @Test func computeEngine() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let made = try await make(
            DiskSample.format(["format=\"gce\"", "gcelicense=\"1111\""]), in: place)
        let file = try await made.file(.formattedDisk)
        let list = try await output(made, "tar", ["-tvzf", file])
        let rows = list.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.map { $0.last ?? "" } == ["manifest.json", "disk.raw"])
        #expect(rows.map { $0[2] } == ["21", "\(40 << 20)"] && rows.allSatisfy { $0[1] == "0/0" })
        try await made.workspace.runner.run(ToolCall("tar", ["-xzf", file, "-C", place.path]))
        #expect(try FileSystem.readText("\(place.path)/manifest.json") == "{\"licenses\":[\"1111\"]}")
        #expect(try Digest(ofFile: "\(place.path)/disk.raw") == Digest(ofFile: made.disk))
        // GNU's first form of holes: the type of the member is S.
        let plain = "\(place.path)/plain.tar"
        try await made.workspace.runner.run(ToolCall("pigz", ["-dc", file], output: .file(plain)))
        #expect(try BinaryFile(plain).read(1, at: 1024 + 156) == [UInt8(ascii: "S")])
        #expect(FileSystem.size(of: plain) ?? 0 < 10 << 20)
        let again = try await make(
            DiskSample.format(["format=\"gce\"", "gcelicense=\"1111\""]), in: place)
        #expect(try Digest(ofFile: await again.file(.formattedDisk)) == Digest(ofFile: file))
    }

    @Test func appliance() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(["format=\"ova\""])
        let made = try await make(format, in: place)
        let file = try await made.file(.formattedDisk)
        let names = ["demo.x86_64-1.2.3.ovf", "demo.x86_64-1.2.3.mf", "demo.x86_64-1.2.3.vmdk"]
        let list = try await output(made, "tar", ["-tf", file])
        #expect(list.split(separator: "\n").map(String.init) == names)
        let folder = "\(place.path)/ova"
        try FileSystem.makeFolder(folder)
        try await made.workspace.runner.run(ToolCall("tar", ["-xf", file, "-C", folder]))
        // The checksums are those of the files.
        for line in try FileSystem.readText("\(folder)/\(names[1])").split(separator: "\n") {
            let parts = try #require(line.wholeMatch(of: /SHA256\((.*)\)= ([0-9a-f]{64})/))
            #expect(try Digest(ofFile: "\(folder)/\(parts.1)").hex == parts.2)
        }
        try await compare(made, "\(folder)/\(names[2])", as: "vmdk")
        let text = try FileSystem.readText("\(folder)/\(names[0])")
        let bytes = FileSystem.size(of: "\(folder)/\(names[2])") ?? 0
        #expect(text.contains("ovf:href=\"\(names[2])\"") && text.contains("ovf:size=\"\(bytes)\""))
        #expect(text.contains("ovf:capacity=\"\(40 << 20)\""))
        if ToolCheck.find("xmllint") != nil {
            try await made.workspace.runner.run(ToolCall("xmllint", ["--noout", "\(folder)/\(names[0])"]))
        }
        let again = try await make(format, in: place)
        #expect(try Digest(ofFile: await again.file(.formattedDisk)) == Digest(ofFile: file))
    }

    @Test func containers() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(["format=\"oci:qcow2\""])
        let made = try await make(format, in: place)
        let file = try await made.file(.container)
        let folder = "\(place.path)/oci"
        try FileSystem.makeFolder(folder)
        try await made.workspace.runner.run(ToolCall("tar", ["-xJf", file, "-C", folder]))
        let layer: LayerInfo = try await made.workspace.value(.layerInfo(0))
        let blob = "\(folder)/blobs/\(layer.digest.replacing(":", with: "/"))"
        #expect(
            try await output(made, "tar", ["-tzf", blob]) == "disk/\ndisk/demo.x86_64-1.2.3.qcow2\n")
        try await made.workspace.runner.run(ToolCall("tar", ["-xzf", blob, "-C", folder]))
        try await compare(made, "\(folder)/disk/demo.x86_64-1.2.3.qcow2", as: "qcow2")
        let again = try await make(format, in: place)
        #expect(try Digest(ofFile: await again.file(.container)) == Digest(ofFile: file))
    }

    @Test func boxForLibvirt() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        try FileSystem.write("# mine\n", to: "\(place.path)/Own")
        let format = try DiskSample.format(
            ["format=\"vagrant\""],
            children: "<vagrantconfig provider=\"libvirt\" virtualsize=\"3\" embedded_vagrantfile=\"Own\"/>")
        let made = try await make(format, in: place, folder: place.path)
        let file = try await made.file(.formattedDisk)
        #expect(try await output(made, "tar", ["-tzf", file]) == "metadata.json\nVagrantfile\nbox.img\n")
        try await made.workspace.runner.run(ToolCall("tar", ["-xzf", file, "-C", place.path]))
        #expect(try FileSystem.readText("\(place.path)/metadata.json").contains("\"virtual_size\": 3"))
        #expect(try FileSystem.readText("\(place.path)/Vagrantfile") == "# mine\n")
        try await compare(made, "\(place.path)/box.img", as: "qcow2")
        // The file has to be there.
        await #expect(throws: Failure.self) { try await make(format, in: place, folder: "/nowhere") }
    }

    @Test func boxForVirtualBox() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(
            ["format=\"vagrant\""], children: "<vagrantconfig provider=\"virtualbox\" virtualsize=\"1\"/>")
        let made = try await make(format, in: place)
        let file = try await made.file(.formattedDisk)
        #expect(
            try await output(made, "tar", ["-tzf", file]) == "metadata.json\nVagrantfile\nbox.vmdk\nbox.ovf\n"
        )
        try await made.workspace.runner.run(ToolCall("tar", ["-xzf", file, "-C", place.path]))
        // The disk in the box is as large as asked for, its GPT with it.
        let raw = "\(place.path)/box.raw"
        try await made.workspace.runner.run(
            ToolCall("qemu-img", ["convert", "-O", "raw", "\(place.path)/box.vmdk", raw]))
        #expect(FileSystem.size(of: raw) == 1 << 30)
        #expect(try await output(made, "sfdisk", ["--verify", raw]).contains("No errors detected"))
        let text = try FileSystem.readText("\(place.path)/box.ovf")
        let bytes = FileSystem.size(of: "\(place.path)/box.vmdk") ?? 0
        #expect(text.contains("ovf:capacity=\"\(1 << 30)\"") && text.contains("ovf:size=\"\(bytes)\""))
        #expect(try FileSystem.readText("\(place.path)/Vagrantfile").contains("base_mac = \"00163E"))
    }

    // MARK: - Resize

    /// A target folder as a build leaves it.
    private func published(_ format: DiskFormat?, in place: TestPlace) async throws -> String {
        let target = "\(place.path)/target"
        try FileSystem.makeFolder(target)
        let workspace = try place.workspace(target: target)
        let disk = "\(place.path)/disk.raw"
        try await DiskSample.write(to: disk, in: workspace)
        await workspace.artifacts.setFile(.disk, disk)
        try await workspace.set(.clock, Int64(1_700_000_000))
        try await workspace.set(.usedRepositories, [Samples.repository])
        for step in format?.steps(
            because: nil, folder: place.path, options: CreateOptions()) ?? []
        {
            try await step.run(in: workspace)
        }
        var image = try DiskSample.image([])
        image.folder = place.path
        var results = PublishResults(
            image: image,
            files: [ResultFile("disk_image", .disk, name: "demo.x86_64-1.2.3.raw")]
                + (format?.files(CreateOptions()) ?? []),
            layers: [], toolNames: [], after: [], options: CreateOptions())
        results.summaryOfImage.diskFormat = format
        try await results.run(in: workspace)
        return target
    }

    private func resize(_ target: String, to bytes: Int64, in place: TestPlace) async throws {
        let found = try ResizePlan(ResizeRequest(target: target, bytes: bytes))
        let plan = try #require(found)
        try plan.plan.check()
        try await plan.run(in: place.workspace(target: target))
    }

    private func hidden(_ target: String) throws -> [String] {
        try FileSystem.names(in: target).filter { $0.hasPrefix(".") }
    }

    @Test func resizeMakesAllFormatsAgain() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        try FileSystem.write("# mine\n", to: "\(place.path)/Own")
        let format = try DiskSample.format(
            ["format=\"vagrant\""],
            children: "<vagrantconfig provider=\"libvirt\" virtualsize=\"3\" embedded_vagrantfile=\"Own\"/>")
        let target = try await published(format, in: place)
        let old = try Digest(ofFile: "\(target)/\(format.diskFile)")
        // The description is gone by then.
        try FileSystem.removeTree("\(place.path)/Own")
        try await resize(target, to: 100 << 20, in: place)
        let raw = "\(target)/demo.x86_64-1.2.3.raw"
        #expect(FileSystem.size(of: raw) == 100 << 20)
        #expect(FileSystem.allocatedBytes(of: raw) ?? 0 < 20 << 20)
        let made = Made(place: place, workspace: try place.workspace(), disk: raw)
        #expect(try await output(made, "sfdisk", ["--verify", raw]).contains("No errors detected"))
        #expect(try await output(made, "sfdisk", ["--dump", raw]).contains("last-lba: 204766"))
        let box = "\(target)/\(format.diskFile)"
        #expect(try Digest(ofFile: box) != old)
        try await made.workspace.runner.run(ToolCall("tar", ["-xzf", box, "-C", place.path]))
        #expect(try FileSystem.readText("\(place.path)/Vagrantfile") == "# mine\n")
        try await compare(made, "\(place.path)/box.img", as: "qcow2")
        let manifest = try FileSystem.readText("\(target)/demo.x86_64-1.2.3.manifest.json")
        for file in [raw, box] { #expect(manifest.contains(try Digest(ofFile: file).hex)) }
        #expect(manifest.contains("\"size\": \(100 << 20)"))
        #expect(try hidden(target) == [])
        // The same size again is nothing to do.
        #expect(try ResizePlan(ResizeRequest(target: target, bytes: 100 << 20)) == nil)
    }

    @Test func resizeThatFailsLeavesTheOldFiles() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let format = try DiskSample.format(["format=\"qcow2\""])
        let target = try await published(format, in: place)
        let names = try FileSystem.names(in: target)
        let before = try names.map { try Digest(ofFile: "\(target)/\($0)") }
        var broken = format
        broken.options["cluster_size"] = "7"
        var request = ResizeRequest(target: target, bytes: 100 << 20)
        request.format = broken
        let found = try ResizePlan(request)
        let plan = try #require(found)
        await #expect(throws: ToolFailure.self) { try await plan.run(in: place.workspace(target: target)) }
        #expect(try FileSystem.names(in: target) == names)
        #expect(try names.map { try Digest(ofFile: "\(target)/\($0)") } == before)
    }

    @Test func resizeRefuses() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        func code(_ bytes: Int64, _ target: String) -> String? {
            do {
                _ = try ResizePlan(ResizeRequest(target: target, bytes: bytes))
                return nil
            } catch {
                return error.diagnostics.first?.code
            }
        }
        #expect(code(1 << 30, place.path) == "result-missing")
        let target = try await published(DiskSample.format(["format=\"qcow2\""]), in: place)
        #expect(code(1 << 30, target) == nil)
        #expect(code(1 << 20, target) == "resize-smaller")
        #expect(code((1 << 30) + 1, target) == "resize-odd")
        #expect(ResizePlan.knowsFormat(of: target))
        // Without the manifest nobody knows the format's options.
        try FileSystem.removeTree("\(target)/demo.x86_64-1.2.3.manifest.json")
        #expect(!ResizePlan.knowsFormat(of: target))
        #expect(code(1 << 30, target) == "resize-format")
        try FileSystem.write(
            "{\"live_image\": {\"compress\": false, \"filename\": \"/a.iso\", \"shasum\": true, \"use_for_bundle\": true}}",
            to: "\(target)/kiwi.result.json")
        #expect(code(1 << 30, target) == "resize-no-disk")
    }

    @Test func resizeKeepsAnMSDOSTable() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let target = try await published(nil, in: place)
        let raw = "\(target)/demo.x86_64-1.2.3.raw"
        let workspace = try place.workspace()
        try await workspace.runner.run(
            ToolCall(
                "sfdisk", ["--quiet", "--no-tell-kernel", "--wipe=always", raw],
                input: .text("label: dos\nlabel-id: 0x12345678\nstart=2048, size=20480\n")))
        let table = try BinaryFile(raw).read(512, at: 0)
        try await resize(target, to: 64 << 20, in: place)
        #expect(FileSystem.size(of: raw) == 64 << 20)
        #expect(try BinaryFile(raw).read(512, at: 0) == table)
    }
}
