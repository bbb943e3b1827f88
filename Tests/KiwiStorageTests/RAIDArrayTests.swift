import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct RAIDArrayTests {
    private func array(_ level: RAIDArray.Level) -> RAIDArray {
        RAIDArray(level, treeKey: "key", imageType: "oem")
    }

    @Test func sizes() {
        let mirror = array(.mirroring)
        #expect(mirror.contentBytes(deviceBytes: 100 << 20) == 99 << 20)
        #expect(mirror.contentBytes(deviceBytes: 100 << 20 + 5000) == 99 << 20 + 4096)
        #expect(mirror.contentBytes(deviceBytes: 1000) == 0)
        #expect(mirror.deviceBytes(for: 5000) == 1 << 20 + 8192)
        #expect(array(.striping).contentBytes(deviceBytes: 100 << 20 + 5000) == 99 << 20)
        #expect(array(.striping).deviceBytes(for: 1) == 1 << 20 + 512 << 10)
    }

    @Test func theSuperblockHasItsFields() {
        let write = array(.mirroring).write(deviceBytes: 100 << 20, clock: 0x0102)
        #expect(write.offset == 4096 && write.bytes.count == 4096)
        #expect(write.bytes[..<8].elementsEqual([0xfc, 0x4e, 0x2b, 0xa9, 1, 0, 0, 0]))
        #expect(write.bytes[64..<68].elementsEqual([2, 1, 0, 0]))
        #expect(write.bytes[256..<260].elementsEqual([0, 0, 0xfe, 0xff]))
        #expect(RAIDArray.checksum([1, 0, 0, 0, 2, 1]) == 1 + 0x102)
        #expect(RAIDArray.checksum([UInt8](repeating: 0xff, count: 8)) == 0xffff_ffff)
    }

    @Test func configurationNamesTheArray() {
        let array = array(.mirroring)
        #expect(array.mdUUID.split(separator: ":").map(\.count) == [8, 8, 8, 8])
        #expect(
            array.configuration == "ARRAY /dev/md0 metadata=1.2 name=any:root UUID=\(array.mdUUID)\n")
        #expect(array.uuid != array.memberUUID)
    }

    @Test(.enabled(if: ToolCheck.find("mdadm") != nil, "needs mdadm"), arguments: RAIDArray.Level.allCases)
    func mdadmAcceptsIt(_ level: RAIDArray.Level) async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/device"
        try FileSystem.makeSparse(file, bytes: 100 << 20)
        let array = array(level)
        try array.write(deviceBytes: 100 << 20, clock: 1_700_000_000).write(to: file)
        let found = try await place.output("mdadm", ["--examine", file])
        #expect(found.contains("Version : 1.2") && found.contains("Array UUID : \(array.mdUUID)"))
        #expect(found.contains("Raid Level : raid\(level == .mirroring ? 1 : 0)"))
        #expect(found.contains("State : clean") && found.contains("- correct"))
        #expect(found.contains("Array State : \(level == .mirroring ? "A." : "A") ("))
        #expect(found.contains("Data Offset : 2048 sectors"))
    }
}
