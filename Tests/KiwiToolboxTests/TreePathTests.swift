import Foundation
import KiwiToolbox
import Testing

@Suite struct TreePathTests {
    private func withTree(_ body: (String) throws -> Void) throws {
        let root = NSTemporaryDirectory() + "kiwi-tree-\(UUID().uuidString)"
        try FileSystem.makeFolder(root)
        defer { try? FileSystem.removeTree(root) }
        try body(root)
    }

    @Test func absoluteLinksStayInTheTree() throws {
        try withTree { (root: String) throws in
            try FileSystem.makeFolder("\(root)/usr/bin")
            symlink("/usr/bin", "\(root)/bin")
            #expect(try TreePath.resolve("/bin/sh", below: root) == "\(root)/usr/bin/sh")
        }
    }

    @Test func dotsNeverLeaveTheTree() throws {
        try withTree { (root: String) throws in
            symlink("../../../../etc", "\(root)/out")
            #expect(try TreePath.resolve("/out/passwd", below: root) == "\(root)/etc/passwd")
            #expect(try TreePath.resolve("/../../etc/passwd", below: root) == "\(root)/etc/passwd")
        }
    }

    @Test func theLastComponentIsFollowedOnlyOnRequest() throws {
        try withTree { (root: String) throws in
            symlink("/etc/real", "\(root)/link")
            #expect(try TreePath.resolve("/link", below: root) == "\(root)/link")
            #expect(try TreePath.resolve("/link", below: root, followLast: true) == "\(root)/etc/real")
        }
    }

    @Test func linkLoopsAreAnError() throws {
        try withTree { (root: String) throws in
            symlink("b", "\(root)/a")
            symlink("a", "\(root)/b")
            #expect(throws: FileError.self) { try TreePath.resolve("/a/x", below: root) }
        }
    }
}
