import Foundation
import Testing

@testable import KiwiToolbox

@Suite struct LabelCopyTests {
    /// Only where the kernel allows it, and cp leaves labels out.
    @Test(
        .enabled(
            if: LabelCopy.isAllowed(in: "/tmp") && !FileSystem.exists("/sys/fs/selinux/enforce"),
            "needs a kernel that lets labels be set"))
    func copiesKeepLabels() async throws {
        let folder = "/tmp/kiwi-labels-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileSystem.makeFolder("\(folder)/a/inner")
        try FileSystem.write("x", to: "\(folder)/a/inner/file")
        try FileSystem.write("x", to: "\(folder)/a/plain")
        let runner = ProcessRunner(log: BuildLog())
        func set(_ path: String, _ label: String) async throws {
            let script = "import os,sys; os.setxattr(sys.argv[1],'security.selinux',sys.argv[2].encode())"
            try await runner.run(ToolCall("python3", ["-c", script, "\(folder)/\(path)", label]))
        }
        func label(_ path: String) async throws -> String {
            let script =
                "import os,sys; n='security.selinux'; p=sys.argv[1]; print(os.getxattr(p,n).decode() if n in os.listxattr(p) else '')"
            return try await runner.run(
                ToolCall("python3", ["-c", script, "\(folder)/\(path)"], output: .capture())
            ).output.trimmingCharacters(in: .newlines)
        }
        // Without a label at the top nothing is looked for.
        try await set("a/inner/file", "u:r:file_t:s0")
        try FileSystem.makeFolder("\(folder)/b")
        try await TreeCopy.copy("\(folder)/a", to: "\(folder)/b", with: runner)
        try await set("a", "u:r:top_t:s0")
        try FileSystem.makeFolder("\(folder)/c")
        try await TreeCopy.copy("\(folder)/a", to: "\(folder)/c", with: runner)
        #expect(try await label("c") == "u:r:top_t:s0")
        #expect(try await label("c/inner/file") == "u:r:file_t:s0")
        #expect(try await label("c/plain").isEmpty)
        #expect(try await label("b/inner/file").isEmpty)
    }
}
