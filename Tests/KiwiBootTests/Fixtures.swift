import Foundation
import KiwiBoot
import KiwiToolbox

/// A small tree made of files, for tests that look into trees.
struct SampleTree {
    let path: String

    init(_ files: [String: String]) throws {
        path = NSTemporaryDirectory() + "kiwi-tree-\(UUID().uuidString)"
        for (name, text) in files {
            try FileSystem.makeFolder(FileSystem.parent(of: "\(path)/\(name)"))
            try FileSystem.write(text, to: "\(path)/\(name)", mode: name.contains("bin/") ? 0o755 : 0o644)
        }
    }

    var reader: TreeReader { TreeReader(path) }

    func remove() { try? FileSystem.removeTree(path) }

    /// A kernel with the modules a live system needs.
    static func kernel(
        _ version: String, modules: [String], config: String = "CONFIG_SQUASHFS_ZSTD=y\nCONFIG_RD_ZSTD=y\n"
    ) -> [String: String] {
        [
            "boot/vmlinuz-\(version)": "kernel",
            "boot/config-\(version)": config,
            "usr/lib/modules/\(version)/modules.dep": modules.map { "kernel/fs/\($0).ko.xz:\n" }.joined(),
            "usr/lib/modules/\(version)/modules.builtin": "kernel/lib/built-in-one.ko\n",
        ]
    }
}
