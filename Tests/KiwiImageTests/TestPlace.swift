import Foundation
import KiwiToolbox

/// A folder of one test.
struct TestPlace {
    let path = NSTemporaryDirectory() + "kiwi-test-\(UUID().uuidString)"

    init() throws { try FileSystem.makeFolder(path) }

    func remove() { try? FileSystem.removeTree(path) }
}
