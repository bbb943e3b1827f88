import Foundation
import KiwiDescription

/// A description around a `<type>`.
enum SampleDescription {
    static func resolved(_ type: String, architecture: Architecture = .x86_64) throws -> ResolvedImage {
        let folder = NSTemporaryDirectory() + "kiwi-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(
            """
            <?xml version="1.0"?>
            <image schemaversion="8.5" name="demo">
            <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
            <preferences><version>1.0.0</version><packagemanager>apt</packagemanager>
            \(type)
            </preferences>
            <repository><source path="buildhost:"/></repository>
            <packages type="image"><package name="a"/></packages>
            <packages type="bootstrap"><package name="b"/></packages>
            </image>
            """.utf8
        ).write(to: URL(fileURLWithPath: folder + "/config.xml"))
        return try DescriptionLoader.load(folder: folder).resolve(ResolveRequest(architecture: architecture))
    }
}
