import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

@testable import KiwiImage

/// Disk images for tests.
enum DiskSample {
    /// The resolved image of a `<type image="oem" ...>`.
    ///
    /// - Parameters:
    ///   - attributes: of `<type>`, each on a line of its own from line 4 on.
    ///   - children: markup inside `<type>`.
    static func image(
        _ attributes: [String], children: String = "", fileSystem: String = "ext4"
    ) throws -> ResolvedImage {
        let place = try TestPlace()
        defer { place.remove() }
        let text = """
            <image schemaversion="8.5" name="demo" displayname="Demo &quot;system&quot;">
            <preferences><version>1.2.3</version><packagemanager>apt</packagemanager>
            <type image="oem" filesystem="\(fileSystem)"
            \(attributes.joined(separator: "\n"))>
            \(children)</type></preferences>
            <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
            <repository><source path="buildhost:"/></repository>
            <packages type="image"><package name="a"/></packages>
            <packages type="bootstrap"><package name="b"/></packages>
            </image>
            """
        try FileSystem.write(text, to: "\(place.path)/config.xml")
        var image = try DescriptionLoader.load(folder: place.path)
            .resolve(ResolveRequest(architecture: .x86_64))
        image.folder = "/description"
        return image
    }

    static func format(_ attributes: [String], children: String = "") throws -> DiskFormat {
        guard
            let format = try DiskFormat.of(
                image(attributes, children: children), options: CreateOptions())
        else {
            throw Diagnostic("test", "no format")
        }
        return format
    }

    static let machine = """
        <machine guestOS="debian12-64" HWversion="14" memory="1024" ncpus="2">
        <vmconfig-entry>annotation = "made by a test"</vmconfig-entry>
        <vmdisk controller="lsilogic" id="0" diskmode="monolithicSparse"/>
        <vmdvd controller="ide" id="1"/>
        <vmnic interface="0" driver="vmxnet3" mode="bridged"/>
        <vmnic interface="1" mac="00:11:22:33:44:55"/>
        </machine>
        """

    /// Writes a disk of 40 MiB with a GPT, some data and large holes.
    static func write(to path: String, in workspace: Workspace) async throws {
        try FileSystem.makeSparse(path, bytes: 40 << 20)
        let table = """
            label: gpt
            label-id: 0FA4C2F1-7D3B-4B52-9A0E-3F6A6B1C2D3E
            start=2048, size=20480, uuid=1FA4C2F1-7D3B-4B52-9A0E-3F6A6B1C2D3E

            """
        try await workspace.runner.run(
            ToolCall("sfdisk", ["--quiet", "--no-tell-kernel", path], input: .text(table)))
        let file = try BinaryFile(path, writable: true)
        // What does not compress, and what does.
        var state: UInt64 = 1
        let noise = (0..<(1 << 20)).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        try file.write(noise, at: 1 << 20)
        try file.write([UInt8](repeating: 0x41, count: 3 << 20), at: 20 << 20)
        try file.write(noise, at: (38 << 20) + 512)
    }
}
