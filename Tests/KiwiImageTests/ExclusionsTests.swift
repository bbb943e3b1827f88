import Foundation
import KiwiBoot
import KiwiImage
import KiwiToolbox
import Testing

@Suite struct ExclusionsTests {
    @Test func standardAndOwnPatternsBecomePaths() throws {
        let root = NSTemporaryDirectory() + "kiwi-exclude-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(root) }
        for path in [
            "image/config.xml", "tmp/.hidden", "tmp/a b", "run/x/y", "var/cache/kiwi/z", "usr/share/doc/x",
            "usr/keep",
            "opt/a/one.log", "opt/b/two.log", ".kconfig",
        ] {
            try FileSystem.makeFolder(FileSystem.parent(of: "\(root)/\(path)"))
            try FileSystem.write("x", to: "\(root)/\(path)")
        }
        try FileSystem.write(
            "exclude:\n  - /usr/share/doc\n  - opt/*/*.log\n  - ../etc\n",
            to: "\(root)/image/exclude_files.yaml")
        let exclusions = try Exclusions(of: TreeReader(root))
        #expect(
            try exclusions.paths(in: root) == [
                ".kconfig", "image", "opt/a/one.log", "opt/b/two.log", "run/x", "tmp/.hidden", "tmp/a b",
                "usr/share/doc", "var/cache/kiwi",
            ])
    }

    @Test func aBrokenListIsAnError() throws {
        let root = NSTemporaryDirectory() + "kiwi-exclude-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(root) }
        try FileSystem.makeFolder("\(root)/image")
        try FileSystem.write("exclude: [", to: "\(root)/image/exclude_files.yaml")
        #expect(throws: (any Error).self) { try Exclusions(of: TreeReader(root)) }
    }
}
