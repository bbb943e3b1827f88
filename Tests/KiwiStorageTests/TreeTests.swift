import Foundation
import KiwiStorage
import KiwiToolbox
import Testing

@Suite struct TreeTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "kiwi-storage-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        try body(folder)
    }

    @Test func measuresWithoutWhatIsLeftOut() throws {
        try withFolder { folder in
            try FileSystem.makeFolder("\(folder)/a/b")
            try FileSystem.write("12345", to: "\(folder)/a/file")
            try FileSystem.write("x", to: "\(folder)/a/b/other")
            #expect(link("\(folder)/a/file", "\(folder)/a/hard") == 0)
            #expect(symlink("abc", "\(folder)/link") == 0)
            let all = try TreeMeasure(of: folder)
            #expect(all == TreeMeasure(apparentBytes: 9, blockBytes: 5 * 4096, entries: 5))
            let less = try TreeMeasure(of: folder, without: ["a/b"])
            #expect(less.entries == 3)
        }
    }

    @Test func prototypeSaysWhatItCannotHold() throws {
        try withFolder { folder in
            try FileSystem.write("x", to: "\(folder)/with blank")
            try FileSystem.makeFolder("\(folder)/tmp")
            chmod("\(folder)/tmp", 0o1777)
            try FileSystem.write("x", to: "\(folder)/setuid")
            chmod("\(folder)/setuid", 0o4755)
            let prototype = try XfsPrototype(of: folder)
            #expect(prototype.unnameable == ["with blank"])
            #expect(prototype.text.contains("setuid -u-755"))
            #expect(prototype.text.contains("tmp d--777"))
            #expect(prototype.editScript == "path /tmp\nwrite core.mode 041777\n")
        }
    }
}
