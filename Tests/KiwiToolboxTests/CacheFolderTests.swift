import Foundation
import Testing

@testable import KiwiToolbox

@Suite struct CacheFolderTests {
    /// Packages of 10 bytes, the first not used for the longest time.
    private func cache(_ names: [String]) throws -> String {
        let folder = NSTemporaryDirectory() + "kiwi-cache-\(UUID().uuidString)"
        try FileSystem.makeFolder("\(folder)/packages")
        for (index, name) in names.enumerated() {
            let path = "\(folder)/packages/\(name)"
            try FileSystem.write("0123456789", to: path)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(1000 + index))], ofItemAtPath: path)
        }
        return folder
    }

    @Test func keepsItselfSmall() throws {
        let folder = try cache(["a", "b", "c", "d", "e", "f"])
        defer { try? FileSystem.removeTree(folder) }
        #expect(try CacheFolder(folder).upkeep(limit: 60).isEmpty)
        try FileSystem.removeTree("\(folder)/.checked")
        // Not to the brim: the next build would remove again.
        #expect(try CacheFolder(folder).upkeep(limit: 50).map(\.name) == ["a", "b"])
        #expect(try FileSystem.names(in: "\(folder)/packages").sorted() == ["c", "d", "e", "f"])
    }

    @Test func looksOnlyNowAndThen() throws {
        let folder = try cache(["a", "b"])
        defer { try? FileSystem.removeTree(folder) }
        let now = Int64(time(nil))
        #expect(try CacheFolder(folder).upkeep(limit: 100, now: now).isEmpty)
        #expect(try CacheFolder(folder).upkeep(limit: 10, now: now + 599).isEmpty)
        #expect(try CacheFolder(folder).upkeep(limit: 10, now: now + 700).count == 2)
    }

    /// Other builds may be reading what would go.
    @Test func waitsForOtherBuilds() throws {
        let folder = try cache(["a", "b"])
        defer { try? FileSystem.removeTree(folder) }
        let lock = try CacheLock(folder, exclusive: false)
        #expect(try CacheFolder(folder).upkeep(limit: 5).isEmpty)
        withExtendedLifetime(lock) {}
    }
}
