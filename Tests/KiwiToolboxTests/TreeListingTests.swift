import CKiwiLinux
import Foundation
import KiwiToolbox
import Testing

/// The key of a tree that was prepared before: whatever changes an image changes it.
@Suite struct TreeListingTests {
    @Test(arguments: ["content", "mode", "time", "attribute", "link", "separate"])
    func everyChangeCounts(_ what: String) throws {
        let tree = try ScratchFolder(in: NSTemporaryDirectory())
        defer { tree.remove() }
        try FileSystem.write("same", to: "\(tree.path)/a")
        let (a, b) = ("\(tree.path)/a", "\(tree.path)/b")
        #expect(link(a, b) == 0)
        try FileSystem.write("same", to: "\(tree.path)/c")
        let times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        func setTimes() {
            for path in [a, "\(tree.path)/c"] { #expect(utimensat(AT_FDCWD, path, times, 0) == 0) }
        }
        setTimes()
        let before = try TreeListing(of: tree.path, withContent: true).digest
        #expect(try TreeListing(of: tree.path, withContent: true).digest == before)
        switch what {
        case "content": try FileSystem.write("more", to: "\(tree.path)/c")
        case "mode": #expect(chmod(a, 0o600) == 0)
        case "time": break
        case "attribute": #expect(kiwi_set_attribute(a, "user.note", "x", 1) == 0)
        case "link": #expect(unlink("\(tree.path)/c") == 0 && link(a, "\(tree.path)/c") == 0)
        default:
            #expect(unlink(b) == 0)
            try FileSystem.write("same", to: "\(tree.path)/b")
            #expect(utimensat(AT_FDCWD, b, times, 0) == 0)
        }
        if what == "time" { try FileSystem.write("same", to: "\(tree.path)/c") } else { setTimes() }
        #expect(try TreeListing(of: tree.path, withContent: true).digest != before)
    }
}
