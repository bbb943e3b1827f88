import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// Finds layers and settings in an unpacked container image, of OCI or docker-archive form.
enum ContainerLayout {
    /// - Returns: the layers' files from the lowest to the topmost, and the settings for running it.
    static func read(_ folder: String) throws -> (layers: [String], settings: [String: String]) {
        if FileSystem.isRegularFile("\(folder)/index.json") {
            let index = try table(folder, "index.json")
            var descriptor = (index["manifests"] as? [[String: Any]])?.first
            // An index may lead to one more index before the manifest.
            for _ in 0..<3 {
                let manifest = try table(folder, blob(descriptor))
                if let layers = manifest["layers"] as? [[String: Any]] {
                    let configuration = try table(folder, blob(manifest["config"] as? [String: Any]))
                    return (try layers.map { try file(folder, blob($0)) }, settings(configuration))
                }
                descriptor = (manifest["manifests"] as? [[String: Any]])?.first
            }
            throw damaged("it has no manifest with layers")
        }
        let bytes = try FileSystem.readBytes(try file(folder, "manifest.json"), limit: 4 << 20)
        guard let list = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]],
            let manifest = list.first, let layers = manifest["Layers"] as? [String],
            let configuration = manifest["Config"] as? String
        else { throw damaged("its manifest.json is wrong") }
        return (try layers.map { try file(folder, $0) }, settings(try table(folder, configuration)))
    }

    private static func settings(_ configuration: [String: Any]) -> [String: String] {
        var settings: [String: String] = [:]
        for (name, value) in configuration["config"] as? [String: Any] ?? [:] {
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
            settings["container.\(name)"] = data.map { String(decoding: $0, as: UTF8.self) }
        }
        return settings
    }

    /// The path of a blob by its descriptor.
    private static func blob(_ descriptor: [String: Any]?) throws -> String {
        guard let digest = descriptor?["digest"] as? String else { throw damaged("a digest is missing") }
        return "blobs/" + digest.replacing(":", with: "/", maxReplacements: 1)
    }

    private static func table(_ folder: String, _ name: String) throws -> [String: Any] {
        let bytes = try FileSystem.readBytes(try file(folder, name), limit: 4 << 20)
        guard let table = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw damaged("\(FileSystem.name(of: name)) is wrong")
        }
        return table
    }

    /// A name from the image as a file that lies in its folder.
    private static func file(_ folder: String, _ name: String) throws -> String {
        let path = try TreePath.resolve(name, below: folder, followLast: true)
        guard FileSystem.isRegularFile(path) else { throw damaged("a part of it is missing") }
        return path
    }

    private static func damaged(_ reason: String) -> Diagnostic {
        Diagnostic("container-damaged", "the container image is damaged: \(reason)")
    }
}
