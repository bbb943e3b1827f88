import Foundation
import KiwiDiagnostics

/// The tree of a failed build, kept below the target so that it can be entered.
public struct FailedTree: Codable, Sendable {
    /// The layer that failed, for example `configuration`.
    public var layer: String
    /// Folders of its stack, topmost first; the first lies beside this record.
    public var stack: [String]

    /// Where the record and the folder lie.
    public static func folder(target: String) -> String { "\(target)/build/failed" }

    public static func load(target: String) throws -> FailedTree? {
        let path = "\(folder(target: target))/stack.json"
        guard FileSystem.exists(path) else { return nil }
        return try JSONDecoder().decode(FailedTree.self, from: Data(FileSystem.readBytes(path)))
    }

    static func keep(layer: Artifact, folders: [String], in workspace: Workspace) async {
        let place = folder(target: workspace.folders.target)
        do {
            try FileSystem.removeTree(place)
            try FileSystem.makeFolder(place)
            var stack: [String] = []
            for (index, folder) in folders.enumerated() {
                // Layers in the scratch folder go away with the build; cached ones stay.
                if folder.hasPrefix(workspace.folders.cache + "/") {
                    stack.append(folder)
                    continue
                }
                let kept = "\(place)/\(index)"
                try FileSystem.makeFolder(kept)
                try await TreeCopy.copy(folder, to: kept, with: workspace.runner)
                stack.append(kept)
            }
            let record = FailedTree(layer: layer.name, stack: stack)
            try FileSystem.write(try CanonicalJSON.encode(record), to: "\(place)/stack.json")
        } catch {
            workspace.log.warning("cannot keep the failed tree in \(place): \(error)")
        }
    }
}
