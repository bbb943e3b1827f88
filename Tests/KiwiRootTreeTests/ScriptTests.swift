import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct ScriptTests {
    /// Runs a script as the build does, without a tree.
    private func end(_ script: String, code: Int32) async throws -> (line: Int?, command: String?)? {
        let folder = try TestFolder()
        try folder.write(script, to: "script")
        try folder.write(
            ScriptTrace.prelude(script: "\(folder.path)/script", notes: "\(folder.path)/notes", then: nil),
            to: "prelude")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["\(folder.path)/script"]
        process.environment = ["BASH_ENV": "\(folder.path)/prelude", "PATH": "/usr/bin:/bin"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == code)
        return ScriptTrace(notes: folder.read("notes") ?? "").end(of: script, exitCode: code)
    }

    @Test func lineWithErrexit() async throws {
        let found = try await end("#!/bin/bash\nset -e\necho one\ncat /nowhere/file\necho two\n", code: 1)
        #expect(found?.line == 4)
        #expect(found?.command == "cat /nowhere/file")
    }

    @Test func lineInsideAFunction() async throws {
        let found = try await end(
            "set -e\nf() {\n  true\n  cat   /nowhere/it's\n}\nf\n".replacing("'", with: ""), code: 1)
        #expect(found?.line == 4)
    }

    @Test func lineWithoutErrexit() async throws {
        let found = try await end("false\ntrue\n\ncat /nowhere/last\n", code: 1)
        #expect(found?.line == 4)
    }

    @Test func lineOfAnExit() async throws {
        #expect(try await end("if true; then\n  exit 4\nfi\n", code: 4)?.line == 2)
    }

    @Test func lineWhenTheScriptHasItsOwnTrap() async throws {
        #expect(try await end("trap 'echo bye' EXIT\nset -e\ncat /nowhere/x\n", code: 1)?.line == 3)
    }

    @Test func nothingChangesForTheScript() async throws {
        let script =
            "[ -z \"${BASH_ENV:-}\" ] || exit 9\nfalse\n[ \"$-\" = hB ] || exit 8\nbash -c '[ -z \"$(trap)\" ]' || exit 7\nexit 0\n"
        #expect(try await end(script, code: 0)?.line == 5)
    }

    @Test func failureNamesScriptAndLine() async throws {
        let folder = try TestFolder()
        try folder.write("#!/bin/bash\nset -e\nsed -i s/a/b/ /etc/vimrc\n", to: "description/config.sh")
        let file = DescriptionContents.File(
            name: "config.sh", path: "\(folder.path)/description/config.sh", digest: "", executable: false)
        let failure = ToolFailure(
            call: ToolCall("bash"), exitCode: 2, lastLines: ["sed: can't read /etc/vimrc: No such file"])
        let notes = "E\t2\t3\tsed -i s/a/b/ /etc/vimrc\nX\t2\t0\tsed -i s/a/b/ /etc/vimrc\n"
        let run = ScriptRun(tree: try folder.tree(), script: file, variables: [:], clock: nil)
        let found = run.problem(failure, ScriptTrace(notes: notes)).diagnostics.first
        #expect(found?.code == "script-failed")
        #expect(found?.position == Position(file: file.path, line: 3, column: 1))
        #expect(found?.message == "config.sh: 'sed -i s/a/b/ /etc/vimrc' ended with exit code 2")
        #expect(found?.remedy?.contains("kiwi system shell --target-dir") == true)
        let chroot = ToolFailure(
            call: ToolCall("x"), exitCode: 127, lastLines: ["chroot: failed to run command 'bash'"])
        #expect(
            run.problem(chroot, ScriptTrace(notes: "")).diagnostics.map(\.code) == ["script-not-runnable"])
    }

    @Test func profileIsQuoted() {
        let text = ScriptVariables.profile([
            "kiwi_b": "it's", "kiwi_a": "\"quoted\"", "kiwi_c": "", "kiwi_d": "back\\slash",
        ])
        #expect(text == "kiwi_a='quoted'\nkiwi_b='it'\\''s'\nkiwi_c=''\nkiwi_d='backslash'\n")
        #expect(ScriptVariables.forScripts(["kiwi_align": "1", "kiwi_type": "iso"]) == ["kiwi_type": "iso"])
    }

    @Test func functionsAreFound() {
        #expect(
            KiwiFunctions.candidates(program: "/usr/bin/kiwi", dataFolder: nil) == [
                "/usr/share/kiwi/kconfig.sh"
            ])
        #expect(KiwiFunctions.candidates(program: "/x", dataFolder: "/data") == ["/data/kconfig.sh"])
        #expect(
            KiwiFunctions.candidates(program: "/src/.build/debug/kiwi", dataFolder: nil).last
                == "/src/Sources/KiwiRootTree/Resources/kconfig.sh")
    }

    @Test func functionsWork() throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/KiwiRootTree/Resources/kconfig.sh")
            .path
        let folder = try TestFolder()
        try folder.write("A=1\nKEY=\"old\"\n", to: "file")
        let script = """
            . \(source)
            baseUpdateSysConfig \(folder.path)/file KEY "new value"
            baseUpdateSysConfig \(folder.path)/file MORE x
            baseQuoteFile \(folder.path)/file
            (baseStripMans) 2>\(folder.path)/gone; echo "gone $?" >>\(folder.path)/gone
            printf '%s\\n' \(folder.path)/keep/a \(folder.path)/keep/b | baseStripAndKeep a
            """
        try folder.write("", to: "keep/a")
        try folder.write("", to: "keep/b")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-uc", script]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(folder.read("file") == "A='1'\nKEY='new value'\nMORE='x'\n")
        #expect(folder.read("gone")?.hasSuffix("gone 1\n") == true)
        #expect(LocalFile.list("\(folder.path)/keep") == ["a"])
    }
}
