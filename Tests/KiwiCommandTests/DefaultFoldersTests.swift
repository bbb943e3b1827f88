import Foundation
import Testing

@Suite struct DefaultFoldersTests {
    private static func description(_ folders: String) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <image schemaversion="6.2" name="old">
            <description type="system">
                <author>A</author><contact>a@example.org</contact><specification>S</specification>
            </description>
            <preferences>
                <version>1.0.0</version><packagemanager>apt-get</packagemanager>
                <type image="iso"/>\(folders)
            </preferences>
            <repository type="apt-deb"><source path="dir:///"/></repository>
            <packages type="image"><package name="a"/></packages>
            <packages type="bootstrap"><package name="b"/></packages>
        </image>
        """
    }

    private func run(_ folders: String, _ command: String...) throws -> ProgramRun {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(Self.description(folders).utf8).write(to: folder.appendingPathComponent("config.xml"))
        return try ProgramRun(command + ["--description", folder.path, "--dry-run"])
    }

    @Test func oldDescriptionsNameThem() throws {
        let tree = try run("<defaultroot>/srv/old-tree</defaultroot>", "system", "prepare")
        #expect(tree.exitCode == 0, "\(tree.messages)")
        #expect(tree.output.contains("/srv/old-tree"))
        #expect(tree.messages.contains("--root is not given"))
        let image = try run("<defaultdestination>/srv/old-images</defaultdestination>", "system", "build")
        #expect(image.exitCode == 0, "\(image.messages)")
        #expect(image.messages.contains("'/srv/old-images'"))
    }

    @Test func elseTheyAreNeeded() throws {
        let tree = try run("", "system", "prepare")
        #expect(tree.exitCode == 2 && tree.messages.contains("--root"))
        let image = try run("", "system", "build")
        #expect(image.exitCode == 2 && image.messages.contains("--target-dir"))
    }
}
