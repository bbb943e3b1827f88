import Foundation
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite(.enabled(if: ToolCheck.find("mkfs.btrfs") != nil, "needs btrfs-progs"))
struct BtrfsCheckTests {
    /// Options that one version of btrfs-progs does not know make it print its help and end with success.
    @Test func theCheckFindsDamage() async throws {
        let place = try StackPlace()
        defer { place.remove() }
        let image = "\(place.path)/image"
        try FileSystem.makeSparse(image, bytes: FileSystemSize.smallest(.btrfs))
        let call = BtrfsCall(
            from: nil, to: image, bytes: FileSystemSize.smallest(.btrfs), uuid: place.uuid)
        try await place.workspace.runner.run(call.call)
        try await place.workspace.runner.run(call.check)
        // Where its trees stand, twice.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: image))
        try file.seek(toOffset: 16 << 20)
        try file.write(contentsOf: Data(count: 80 << 20))
        try file.close()
        await #expect(throws: ToolFailure.self) { try await place.workspace.runner.run(call.check) }
    }
}
