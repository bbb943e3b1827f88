import Foundation
import KiwiToolbox
import Testing

@testable import KiwiBoot

@Suite struct FATImageTests {
    /// mkfs.fat itself refuses what is too small or too large for a kind of table.
    @Test(
        .enabled(if: ToolCheck.find("mkfs.fat") != nil, "needs mkfs.fat"),
        arguments: [9, 15, 16, 17, 20, 128, 300] as [Int64])
    func largeSectors(mebibytes: Int64) async throws {
        let path = NSTemporaryDirectory() + "kiwi-fat-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(path) }
        try FileSystem.makeSparse(path, bytes: mebibytes << 20)
        var image = FATImage(path, label: "EFI", serial: "12345678", clock: 1)
        image.tableBits = 16
        image.sectorBytes = 4096
        image.fit(bytes: mebibytes << 20)
        try await ProcessRunner(log: BuildLog()).run(image.make())
    }
}
