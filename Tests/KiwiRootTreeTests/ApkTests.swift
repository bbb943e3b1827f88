import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// apk is not on any machine that tests run on: its calls and what is read from its words.
@Suite struct ApkTests {
    @Test func apkIsCalledAsKIWIDoes() {
        let calls = ApkCalls(repositories: ["https://dl.example.org/main"], keys: nil)
        let common = ["--root", "/r", "-X", "https://dl.example.org/main", "--allow-untrusted"]
        #expect(calls.bootstrap("/r", ["busybox"]) == common + ["-U", "--initdb", "add", "busybox"])
        #expect(calls.bootstrap("/r", []) == common + ["-U", "--initdb", "add", "alpine-base"])
        #expect(calls.update("/r") == common + ["update"])
        #expect(calls.install("/r", ["vim"]) == common + ["add", "vim"])
        #expect(calls.remove("/r", ["vim"]) == common + ["del", "vim"])
        #expect(calls.upgrade("/r") == common + ["upgrade"])
        #expect(
            ApkCalls(repositories: [], keys: "/b/keys").update("/r")
                == ["--root", "/r", "--keys-dir", "/b/keys", "update"])
    }

    @Test func readsAnswers() {
        let text = """
            (1/2) Installing musl (1.2.4-r2)
            (2/2) Upgrading busybox (1.36.0-r1 -> 1.36.1-r5)
            Executing busybox-1.36.1-r5.trigger
            OK: 8 MiB in 15 packages
            """
        #expect(
            ApkAnswer.packages(text) == [
                .init(name: "musl", version: "1.2.4-r2"), .init(name: "busybox", version: "1.36.1-r5"),
            ])
        #expect(
            ApkAnswer.missing(["ERROR: unable to select packages:", "  nope (no such package):"]) == ["nope"])
    }

    @Test func readsTheDatabase() async throws {
        let folder = try TestFolder()
        try folder.write(
            """
            C:Q1abc=
            P:musl
            V:1.2.4-r2
            A:x86_64
            L:MIT
            o:musl
            m:Timo <t@example.org>
            U:https://musl.example.org/
            F:lib
            R:ld-musl-x86_64.so.1
            a:0:0:755

            P:busybox
            V:1.36.1
            A:x86_64

            """, to: "tree/lib/apk/db/installed")
        let tree = try folder.tree()
        #expect(
            try await Apk().packageList(in: tree)
                == "busybox|None|1.36.1|None|x86_64|None|None\nmusl|None|1.2.4|r2|x86_64|None|MIT\n")
        let musl = try await Apk().installedPackages(in: tree)[1]
        #expect(musl.format == .apk && musl.sourceName == "musl" && musl.licenses == ["MIT"])
    }

    @Test func refusesWhatItCannotDo() {
        var image = Sample.image(
            packages: ["vim"], repositories: [Sample.repository("https://dl.example.org")])
        image.packageManager = Located("apk", at: place(9))
        image.repositories[0].password = "x"
        image.system.products = [Located("p", at: place(3))]
        #expect(
            Apk().check(PackageRequest(for: image)).map(\.code) == ["no-effect", "unsupported-credentials"])
    }

    /// The program is named before anything is done.
    @Test func theMachineLacksIt() throws {
        guard ToolCheck.find("apk") == nil else { return }
        let failure = #expect(throws: Failure.self) { try ToolCheck.require(Apk().tools) }
        #expect(failure?.exitCode == .machineLacks)
        #expect(failure?.diagnostics.first?.message.contains("'apk'") == true)
    }
}
