import Foundation

@testable import KiwiDescription

/// Descriptions of other people, where they lie beside the checkout.
enum Corpus {
    static let folder: String? = {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = checkout.deletingLastPathComponent().appendingPathComponent("shared/corpus/cases").path
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    /// One description file of each folder and what loading gives.
    struct Case {
        var name: String
        var folder: String
        var file: String
    }

    static let cases: [Case] = {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return []
        }
        return names.sorted().compactMap { name in
            let path = folder + "/" + name
            guard let data = FileManager.default.contents(atPath: path + "/case.json"),
                let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let file = json["file"] as? String
            else { return nil }
            return Case(name: name, folder: path, file: file)
        }
    }()
}
