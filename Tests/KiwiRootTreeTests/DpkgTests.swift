import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct DpkgTests {
    private func failure(_ text: String) -> Diagnostic? {
        let failure = ToolFailure(
            call: ToolCall("dpkg"), exitCode: 1, lastLines: text.split(separator: "\n").map(String.init))
        return DpkgFailure(failure, tree: "/tree").failure.diagnostics.first
    }

    @Test func namesPackageAndScript() {
        let found = failure(
            """
            Setting up foo (1.0) ...
            cannot frobnicate
            dpkg: error processing package foo (--configure):
             installed foo package post-installation script subprocess returned error exit status 1
            Errors were encountered while processing:
             foo
            """)
        #expect(found?.code == "package-script-failed")
        #expect(found?.message == "the post-installation script of package 'foo' failed")
        #expect(found?.notes.contains("cannot frobnicate") == true)
        #expect(found?.remedy?.contains("kiwi system shell") == true)
    }

    @Test func namesThePackageOfAnArchive() {
        let found = failure(
            """
            dpkg: error processing archive /run/kiwi-packages/aa.deb (--unpack):
             new bar:amd64 package pre-installation script subprocess returned error exit status 2
            """)
        #expect(found?.message == "the pre-installation script of package 'bar' failed")
    }

    @Test func otherFailures() {
        #expect(
            failure("dpkg: error processing package foo:amd64 (--configure):\n dependency problems")?.code
                == "package-failed")
        #expect(failure("tar: write error: No space left on device")?.code == "disk-full")
        #expect(failure("strange")?.message == "dpkg failed with exit code 1")
    }

    @Test func skeletonIsMerged() throws {
        let folder = try TestFolder()
        try DpkgSkeleton.make(at: folder.path, architecture: .x86_64)
        #expect(TreePath.readLink("\(folder.path)/lib64") == "usr/lib64")
        #expect(folder.read("var/lib/dpkg/status") == "")
        #expect(DpkgSkeleton.mergedFolders(Architecture(rawValue: "aarch64")) == ["bin", "sbin", "lib"])
    }

    @Test func lists() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { call in
            switch call.tool {
            case "dpkg-query":
                .output(
                    "installed b|None|2|None|all|None|None\nconfig-files c|None\ninstalled a|None|1|None|all|None|None\n"
                )
            case "dpkg": ToolResult(exitCode: 1, output: "??5?????? c /etc/z\nmissing     /etc/a\n")
            default: .output("text of \(call.arguments[1].hasSuffix("/a/changelog.Debian.gz") ? "a" : "b")")
            }
        }
        let tree = try folder.tree(runner)
        for name in ["b", "a"] { try folder.write("", to: "tree/usr/share/doc/\(name)/changelog.Debian.gz") }
        #expect(
            try await Apt().packageList(in: tree)
                == "a|None|1|None|all|None|None\nb|None|2|None|all|None|None\n")
        #expect(try await Apt().verification(of: tree) == "missing     /etc/a\n??5?????? c /etc/z\n")
        #expect(try await Apt().changes(in: tree) == "a|\ntext of a\nb|\ntext of b\n")
    }

    @Test func removesOnlyWhatIsInstalled() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { call in call.tool == "dpkg-query" ? .output("installed a\n") : .output("") }
        let tree = try folder.tree(runner)
        let failure = await #expect(throws: Failure.self) {
            try await Apt().delete([Located("gone", at: place(5))], from: tree)
        }
        #expect(failure?.diagnostics.map(\.code) == ["nothing-to-remove"])
        #expect(failure?.diagnostics.first?.position == place(5))
    }
}
