import KiwiDeploy
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The folders of boxes.
enum BoxStore {
    /// Puts a box that was built in its workshop in its place.
    ///
    /// - Throws: `Failure` when its description does not make what a box needs.
    static func publish(_ box: Box) throws {
        _ = try files(in: box.workshop)
        let lock = try lock(box)
        defer { withExtendedLifetime(lock) {} }
        // What was left by builds with other results, and the log.
        let results = Set(try ResultList(of: box.workshop).entries.values.map(\.name)).union([
            ResultList.fileName
        ])
        for name in try FileSystem.names(in: box.workshop) where !results.contains(name) {
            try FileSystem.removeTree("\(box.workshop)/\(name)")
        }
        if FileSystem.exists(box.place) {
            // One of the two names is always that of a complete box.
            let old = "\(box.folder)/.\(box.name).old"
            try? FileSystem.removeTree(old)
            try FileSystem.rename(box.place, to: old)
            try FileSystem.rename(box.workshop, to: box.place)
            try FileSystem.removeTree(old)
        } else {
            try FileSystem.rename(box.workshop, to: box.place)
        }
    }

    static func remove(_ box: Box) throws {
        let lock = try lock(box)
        defer { withExtendedLifetime(lock) {} }
        try FileSystem.removeTree(box.place)
    }

    /// - Throws: exit code 5 while a build uses the box.
    private static func lock(_ box: Box) throws(Failure) -> TargetLock? {
        FileSystem.exists(box.place) ? try TargetLock("\(box.place)/lock") : nil
    }

    /// The parts of a box.
    static func files(in folder: String) throws(Failure) -> BoxFiles {
        let results = try ResultList(of: folder).entries
        func file(_ key: String) throws(Failure) -> String {
            guard let entry = results[key] else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "not-a-box", "\(folder) has no result '\(key)', which a box needs",
                        remedy:
                            "<type image=\"kis\" filesystem=\"ext4\" .../> with a kernel and dracut makes it")
                )
            }
            return try ResultList.file(of: entry, in: folder)
        }
        let disk = try file("kis_rootfs")
        let append = try? FileSystem.readText("\(disk).append", limit: 1 << 16)
        return BoxFiles(
            kernel: try file("kis_kernel"), initrd: try file("kis_initrd"), disk: disk,
            append: append ?? "root=/dev/vda rw")
    }

    private struct Row: Encodable {
        var name: String
        var architecture: String?
        var bytes: Int64
        var folder: String
    }

    /// Shows all boxes as a table or as JSON.
    static func show(json: Bool) throws {
        let rows = Box.all(in: Box.folder(of: .current)).map { box in
            let names = (try? FileSystem.names(in: box.place)) ?? []
            return Row(
                name: box.name, architecture: (try? files(in: box.place))?.architecture?.rawValue,
                bytes: names.reduce(0) { $0 + (FileSystem.allocatedBytes(of: "\(box.place)/\($1)") ?? 0) },
                folder: box.place)
        }
        if json { return try Output.json(rows) }
        if rows.isEmpty { return Output.message("there are no boxes; 'kiwi box create' makes one") }
        Output.result(
            TextTable.render(
                rows.map { [$0.name, $0.architecture ?? "", ByteCount(bytes: $0.bytes).text, $0.folder] }))
    }
}
