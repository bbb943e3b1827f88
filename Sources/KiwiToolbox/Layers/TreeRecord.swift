import Foundation

/// Late values kept in a plain root tree (`/image/kiwi.state.json`), so that `system create`
/// continues where `system prepare` stopped.
public enum TreeRecord {
    static let name = "image/kiwi.state.json"

    static func write(_ artifacts: [Artifact], to tree: String, from workspace: Workspace) async throws {
        guard !artifacts.isEmpty, FileSystem.isRealFolder("\(tree)/image") else { return }
        var values: [String: String] = [:]
        for artifact in artifacts {
            values[artifact.name] = await workspace.artifacts.bytes(of: artifact).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        try FileSystem.write(try CanonicalJSON.encode(values), to: "\(tree)/\(name)")
    }

    /// Sets the recorded values for this build.
    /// - Returns: the artifacts that the record does not have.
    public static func restore(_ artifacts: [Artifact], from tree: String, in workspace: Workspace) async
        -> [Artifact]
    {
        let values =
            (try? FileSystem.readBytes("\(tree)/\(name)"))
            .flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0)) } ?? [:]
        var missing: [Artifact] = []
        for artifact in artifacts {
            if let text = values[artifact.name] {
                await workspace.artifacts.setBytes(Array(text.utf8), of: artifact)
            } else {
                missing.append(artifact)
            }
        }
        return missing
    }
}
