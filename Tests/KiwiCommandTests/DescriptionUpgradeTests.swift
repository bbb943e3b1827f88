import Foundation
import Testing

@Suite struct DescriptionUpgradeTests {
    private static let old = """
        <?xml version="1.0" encoding="utf-8"?>
        <image schemaversion="7.0" name="old">
            <description type="system">
                <author>A</author><contact>a@example.org</contact><specification>S</specification>
            </description>
            <preferences>
                <version>1.0.0</version>
                <!-- later: dnf -->
                <packagemanager>yum</packagemanager>
                <type image="vmx" filesystem="xfs" bootloader="grub2"/>
            </preferences>
            <packages type="bootstrap"><package name="filesystem"/></packages>
        </image>

        """

    private static let new = """
        <?xml version="1.0" encoding="utf-8"?>
        <image schemaversion="8.5" name="old">
            <description type="system">
                <author>A</author><contact>a@example.org</contact><specification>S</specification>
            </description>
            <preferences>
                <version>1.0.0</version>
                <!-- later: dnf -->
                <packagemanager>dnf4</packagemanager>
                <type image="oem" filesystem="xfs">
                    <bootloader name="grub2"/>
                    <oemconfig>
                        <oem-resize>false</oem-resize>
                    </oemconfig>
                </type>
            </preferences>
            <packages type="bootstrap"><package name="filesystem"/></packages>
        </image>

        """

    private let folder: URL
    private var file: URL { folder.appendingPathComponent("config.xml") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kiwi-upgrade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.old.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    }

    private func content(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

    @Test func checkWritesNothing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try ProgramRun("description", "upgrade", folder.path, "--check")
        #expect(run.exitCode == 1)
        #expect(run.output == file.path + "\n")
        #expect(try content(file) == Self.old)
    }

    @Test func theFileIsReplaced() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try ProgramRun("description", "upgrade", folder.path)
        #expect(run.exitCode == 0, "\(run.messages)")
        #expect(try content(file) == Self.new)
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["config.xml"])
        let again = try ProgramRun("description", "upgrade", folder.path, "--check")
        #expect(again.exitCode == 0)
        #expect(again.output.isEmpty)
    }

    @Test func anotherFolder() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let target = folder.appendingPathComponent("new")
        let run = try ProgramRun("description", "upgrade", folder.path, "--output", target.path)
        #expect(run.exitCode == 0, "\(run.messages)")
        #expect(try content(file) == Self.old)
        #expect(try content(target.appendingPathComponent("config.xml")) == Self.new)
    }

    @Test func mistakesAreNotRewritten() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let wrong = Self.old.replacingOccurrences(of: "<version>", with: "<verson/><version>")
        try Data(wrong.utf8).write(to: file)
        let run = try ProgramRun("description", "upgrade", folder.path)
        #expect(run.exitCode == 3)
        #expect(run.messages.contains("config.xml:7:10"))
        #expect(try content(file) == wrong)
    }
}
