import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct BundleTests {
    private func list(_ json: String) throws -> ResultList {
        try ResultList(parsing: Array(json.utf8), file: "/t/kiwi.result.json")
    }

    private func entry(_ name: String, compress: Bool = false, shasum: Bool = true, use: Bool = true)
        -> String
    {
        """
        {"compress": \(compress), "filename": "/t/\(name)", "shasum": \(shasum), "use_for_bundle": \(use)}
        """
    }

    private func plan(
        _ json: String, pattern: String? = nil, id: String = "R1", rpm: Bool = false,
        compression: BundleRequest.Compression? = .xz
    ) throws -> BundlePlan {
        var request = BundleRequest(target: "/t", folder: "/b", id: id)
        request.pattern = pattern
        request.asRPM = rpm
        request.compression = compression
        let list = try list(json)
        return try BundlePlan(request, list, image: BundleImage(list, in: "/nowhere"))
    }

    private var disk: String {
        """
        {"disk_image": \(entry("my.box.x86_64-1.2.3.raw", compress: true)),
         "container": \(entry("my.box.x86_64-1.2.3.oci.tar.xz")),
         "machine": \(entry("my.box.x86_64-1.2.3.vmx", shasum: false)),
         "hidden": \(entry("my.box.x86_64-1.2.3.efi", use: false)),
         "image_packages": \(entry("my.box.x86_64-1.2.3.packages", shasum: false))}
        """
    }

    @Test func theVersionGetsTheID() throws {
        let plan = try plan(disk)
        #expect(
            plan.items.map(\.finalName) == [
                "my.box.x86_64-1.2.3-R1.oci.tar.xz", "my.box.x86_64-1.2.3-R1.raw.xz",
                "my.box.x86_64-1.2.3-R1.packages", "my.box.x86_64-1.2.3-R1.vmx",
            ])
        #expect(plan.items.map(\.isImage) == [true, true, false, false])
        #expect(plan.renames["my.box.x86_64-1.2.3.raw"] == "my.box.x86_64-1.2.3-R1.raw")
    }

    @Test func aPatternNamesEverything() throws {
        let plan = try plan(disk, pattern: "%N_%A-%M.%m.%p-%v-%I", compression: nil)
        #expect(plan.items.first?.finalName == "my.box_x86_64-1.2.3-1.2.3-R1.oci.tar.xz")
        #expect(plan.items.map(\.name).contains("my.box_x86_64-1.2.3-1.2.3-R1.raw"))
    }

    @Test func disksInTwoFilesStayTogether() throws {
        let json = """
            {"disk_format_image": \(entry("n.x86_64-1.0.0.vmdk")),
             "disk_format_extent": \(entry("n.x86_64-1.0.0-flat.vmdk"))}
            """
        #expect(try plan(json, pattern: "%N-%v").items.map(\.name) == ["n-1.0.0-flat.vmdk", "n-1.0.0.vmdk"])
        #expect(
            try plan(json).items.map(\.name) == [
                "n.x86_64-1.0.0-R1-flat.vmdk", "n.x86_64-1.0.0-R1.vmdk",
            ])
    }

    @Test func theListsOwnPatternIsUsed() throws {
        let tags =
            #"{"N": "n", "v": "2.0.0", "A": "aarch64", "T": "oem", "P": "a_b", "M": "2", "m": "0", "p": "0", "I": ""}"#
        let json = """
            {"disk_image": \(entry("n.aarch64-2.0.0.raw")), "bundle_format": {"pattern": "%N-%P-%T-%I", "tags": \(tags)}}
            """
        #expect(try plan(json).items.map(\.finalName) == ["n-a_b-oem-R1.raw"])
    }

    @Test(arguments: [
        ("%Z", "stands for nothing"), ("%", "stands for nothing"), ("%P", "do not say what '%P'"),
        ("x/y", "no file name"), ("", "no file name"),
    ])
    func wrongPatterns(_ pattern: String, _ text: String) {
        #expect {
            try plan(disk, pattern: pattern)
        } throws: { ($0 as? Failure)?.diagnostics.first?.message.contains(text) == true }
    }

    @Test func twoResultsUnderOneNameAreRefused() {
        let json = "{\"a\": \(entry("n.x86_64-1.2.3.raw")), \"b\": \(entry("n.x86_64-1.2.3.install.raw"))}"
        #expect {
            try plan(json, pattern: "%N")
        } throws: { ($0 as? Failure)?.diagnostics.first?.message.contains("both be named n.raw") == true }
    }

    @Test(arguments: [
        "/t/../etc/shadow", "../x", "/t/a\\nb", "/t/a\\u0000b", "/t/", "", "/t/..",
    ])
    func hostileFileNamesAreRefused(_ name: String) {
        #expect {
            _ = try list(
                #"{"live_image": {"compress": false, "filename": "\#(name)", "shasum": true, "use_for_bundle": true}}"#
            )
        } throws: { ($0 as? Failure)?.diagnostics.first?.code == "result-damaged" }
    }

    @Test func whatIsNoListIsRefused() {
        for text in ["", "[]", "{", "null"] { #expect(throws: Failure.self) { try list(text) } }
        #expect(throws: Failure.self) { try plan("{}") }
        #expect(throws: Failure.self) { try plan("{\"a\": \(entry("strange.iso"))}") }
        #expect(throws: Failure.self) { try plan(disk, id: "a/b") }
    }

    @Test func stemsAreFoundInNames() {
        #expect(BundleImage.stem(ofNames: ["a.b.x86_64-1.2.3.tar.xz"]) == "a.b.x86_64-1.2.3")
        #expect(BundleImage.stem(ofNames: ["k.x86_64-1.2.3-6.1.0-9-amd64.kernel"]) == "k.x86_64-1.2.3")
        #expect(BundleImage.stem(ofNames: ["z.iso", "k.ix86-1.0.packages"]) == "k.ix86-1.0")
        #expect(BundleImage.stem(ofNames: ["nothing.iso"]) == nil)
        #expect(BundleImage(stem: "a.x86_64-b.aarch64-3.0.0")?.name == "a.x86_64-b")
    }

    @Test func extensionsStayWhole() {
        let wanted = [
            "a.b-1.2.3.iso": "iso", "a-1.2.3.tar.xz": "tar.xz", "a-1.2.3.docker.tar.xz": "docker.tar.xz",
            "a-1.2.3.oci.tar": "oci.tar", "a-1.2.3.vagrant.libvirt.box": "vagrant.libvirt.box",
            "a-1.2.3.spdx.json": "spdx.json", "a-1.2.3.packages": "packages",
        ]
        for (name, end) in wanted { #expect(BundlePlan.fileExtension(name) == end) }
    }

    @Test func namesInTextsChangeOnce() throws {
        let renames = TextRenames(["a.raw": "b.raw", "b.raw": "c", "a.raw.md5": "d"])
        let text = try #require(renames.apply(to: Array("a.raw b.raw a.raw.md5 xa.raw".utf8)))
        #expect(String(decoding: text, as: UTF8.self) == "b.raw c d xb.raw")
        #expect(renames.apply(to: Array("nothing".utf8)) == nil)
        #expect(renames.apply(to: Array("a.raw\0".utf8)) == nil)
    }

    @Test func packagesHaveHarmlessNames() throws {
        let rpm = try #require(try plan(disk, rpm: true).rpm)
        #expect(rpm.fileName == "my.box-1.2.3-0.noarch.rpm")
        #expect(rpm.specification.contains("/var/tmp/my.box/*"))
        #expect(rpm.isNamed("my.box-9.9-0.noarch.rpm") && !rpm.isNamed("my.box-R3-1.2.3-0.noarch.rpm"))
        for pattern in ["%N x", "%N$(id)", "%N{lua}", ".%N"] {
            #expect(throws: Failure.self) { try plan(disk, pattern: pattern, rpm: true) }
        }
    }

    @Test func linksAreNoResults() throws {
        let folder = try TestPlace()
        defer { folder.remove() }
        try FileSystem.write(
            "{\"live_image\": \(entry("n.x86_64-1.0.0.iso"))}", to: "\(folder.path)/kiwi.result.json")
        #expect(symlink("/etc/hostname", "\(folder.path)/n.x86_64-1.0.0.iso") == 0)
        #expect {
            _ = try BundleWriter(BundleRequest(target: folder.path, folder: "/b", id: "1"))
        } throws: { ($0 as? Failure)?.diagnostics.first?.message.contains("is no regular file") == true }
        unlink("\(folder.path)/n.x86_64-1.0.0.iso")
        #expect {
            _ = try BundleWriter(BundleRequest(target: folder.path, folder: "/b", id: "1"))
        } throws: { ($0 as? Failure)?.diagnostics.first?.message.contains("is missing") == true }
        try FileSystem.write("x", to: "\(folder.path)/n.x86_64-1.0.0.iso")
        _ = try BundleWriter(BundleRequest(target: folder.path, folder: "/b", id: "1"))
        #expect {
            _ = try BundleWriter(BundleRequest(target: folder.path, folder: folder.path, id: "1"))
        } throws: { ($0 as? Failure)?.diagnostics.first?.code == "bundle-folder" }
    }
}
