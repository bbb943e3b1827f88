import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct VolumeGroupTests {
    private func group(_ volumes: [VolumeGroup.Volume], name: String = "systemVG") -> VolumeGroup {
        VolumeGroup(name, volumes: volumes, treeKey: "key", imageType: "oem")
    }

    private let mebi: Int64 = 1 << 20

    @Test func volumesLieOneBehindTheOther() throws {
        let layout = try group([
            .init("LVSwap", bytes: 5 * mebi), .init("LVhome", bytes: 1), .init("LVRoot", bytes: nil),
        ])
        .layout(deviceBytes: 42 * mebi, clock: 7)
        #expect(
            layout.volumes == [
                .init(name: "LVSwap", offset: mebi, bytes: 8 * mebi),
                .init(name: "LVhome", offset: 9 * mebi, bytes: 4 * mebi),
                .init(name: "LVRoot", offset: 13 * mebi, bytes: 28 * mebi),
            ])
        #expect(VolumeGroup.deviceBytes(for: [5 * mebi, 1]) == 13 * mebi)
        #expect(layout.writes.map(\.offset) == [512, 4096])
        let label = layout.writes[0].bytes
        #expect(label.starts(with: Array("LABELONE".utf8)) && label.count == 512)
        #expect(label[64..<72].elementsEqual([0, 0, 160, 2, 0, 0, 0, 0]))
        let text = String(decoding: layout.writes[1].bytes[512...], as: UTF8.self)
        #expect(text.contains("pe_count = 10\n") && text.contains("\"pv0\", 3\n") && text.hasSuffix("\n\0"))
        #expect(layout.writes[1].bytes.count < Int(VolumeGroup.dataOffset) - 4096)
    }

    /// Equal input, equal bytes; another tree has other ids. Values of the CRC from the format's description.
    @Test func idsAreDerived() throws {
        func write(_ key: String) throws -> [DeviceWrite] {
            try VolumeGroup("v", volumes: [.init("a", bytes: 1)], treeKey: key, imageType: "oem")
                .layout(deviceBytes: 8 * mebi, clock: 7).writes
        }
        #expect(try write("one") == write("one"))
        #expect(try write("one") != write("two"))
        let id = DerivedID(key: "k", type: "oem", role: "r").lvm
        #expect(id.split(separator: "-").map(\.count) == [6, 4, 4, 4, 4, 4, 6])
        #expect(PhysicalVolume.crc([]) == 0xf597_a6cf)
        #expect(PhysicalVolume.crc(Array("kiwi".utf8)[...]) == 0xff3d_73ac)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        func code(_ volumes: [VolumeGroup.Volume], name: String = "v", bytes: Int64 = 9) -> String? {
            do throws(Diagnostic) {
                _ = try group(volumes, name: name).layout(deviceBytes: bytes * mebi, clock: 0)
                return nil
            } catch { return error.code }
        }
        #expect(code([.init("a", bytes: 8 * mebi)]) == nil)
        #expect(code([.init("a", bytes: 8 * mebi), .init("b", bytes: nil)]) == "volume-group-full")
        #expect(code([.init("a", bytes: 8 * mebi + 1)]) == "volume-group-full")
        #expect(code([.init("a", bytes: nil), .init("b", bytes: nil)]) == "volume-group-full")
        #expect(code([.init("a", bytes: 1), .init("a", bytes: 1)]) == "volume-name")
        #expect(code([], bytes: 0) == nil)
        for name in ["", "-a", "..", "a b", "a\"\n}", "ä", String(repeating: "x", count: 128)] {
            #expect(code([.init(name, bytes: 1)]) == "volume-name")
            #expect(code([], name: name) == "volume-name")
        }
        #expect(
            code((0..<3000).map { .init("v\($0)", bytes: 1) }, bytes: 20_000) == "volume-group-full")
    }

    @Test(.enabled(if: ToolCheck.find("lvm") != nil, "needs lvm")) func lvmAcceptsIt() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/device"
        try FileSystem.makeSparse(file, bytes: 66 * mebi)
        let layout = try group([.init("LVhome", bytes: 9 * mebi), .init("LVRoot", bytes: nil)])
            .layout(deviceBytes: 65 * mebi, clock: 1_700_000_000)
        for write in layout.writes { try write.write(to: file) }
        let headers = try await place.output("lvm", ["pvck", "--dump", "headers", file])
        #expect(headers.contains("label_header at 512") && headers.contains("pv_header.device_size 68157440"))
        #expect(headers.contains("mda_header_1.raw_locn[0].size"))
        for bad in ["CHECK", "wrong", "incorrect", "invalid"] { #expect(!headers.contains(bad)) }
        let metadata = try await place.output("lvm", ["pvck", "--dump", "metadata", file])
        #expect(metadata.contains("extent_count = 13") && metadata.contains("LVRoot {"))
        #expect(metadata.contains("vgname systemVG"))
    }
}
