import Foundation
import KiwiBoot
import KiwiToolbox
import Testing

@Suite struct BootCodeTests {
    /// What the shell functions compute and how they fetch files; they say which check failed.
    @Test(arguments: ["functions", "network", "netboot"])
    func functionsOfTheBootCode(_ name: String) async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appending(path: "BootCode/\(name)")
        let call = ToolCall("bash", [script.path], output: .capture(), successCodes: [0, 1])
        let result = try await ProcessRunner(log: BuildLog()).run(call)
        #expect(result.exitCode == 0, "\(result.output)")
        #expect(result.output.contains(" checks\n"))
    }

    /// A line of another form would be left out silently.
    @Test(arguments: [
        "kiwi-dump", "kiwi-dump-reboot", "kiwi-live", "kiwi-netboot", "kiwi-overlay", "kiwi-repart",
        "kiwi-verity",
    ])
    func everyRequirementIsUnderstood(_ module: String) throws {
        let resources = try BootResources.locate()
        let folder = try #require(try resources.folder(of: module))
        let text = try FileSystem.readText("\(resources.dracutModules)/\(folder)/requirements.tsv")
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(try resources.requirements(of: module).count == lines.count)
        #expect(Set(lines).count == lines.count)
    }
}
