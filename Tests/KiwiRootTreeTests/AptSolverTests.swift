import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct AptSolverTests {
    private let simulation = """
        Inst libc6 (2.36-9 Debian:12/oldstable [amd64])
        Inst base-files (1:12.4 Debian:12/oldstable [amd64]) []
        Conf base-files (1:12.4 Debian:12/oldstable [amd64])
        """
    private let shown = """
        Package: libc6
        Version: 2.36-9
        Architecture: amd64
        Installed-Size: 10
        Size: 100
        SHA256: aa

        Package: base-files
        Version: 1:12.4
        Architecture: amd64
        Installed-Size: 20
        Description: x
         Size: 5
        Size: 200
        SHA256: bb

        Package: hello
        Version: 2
        Architecture: all
        Size: 300
        SHA256: cc
        """
    private let uris = """
        'http://a/libc6.deb' libc6_2.36-9_amd64.deb 100 MD5Sum:x
        'http://a/base.deb' base-files_1%3a12.4_amd64.deb 200 MD5Sum:x
        'http://a/hello.deb' hello_2_all.deb 300 MD5Sum:x
        """

    private func solver(
        _ image: ResolvedImage, _ folder: TestFolder,
        _ answer: @escaping @Sendable (ToolCall) throws -> ToolResult
    ) throws -> (AptSolver, FakeRunner) {
        let request = PackageRequest(for: image)
        let runner = FakeRunner(answer)
        let state = AptState(
            folder: folder.path,
            sources: try AptSources(for: request, host: Sample.host, exists: { _ in true }),
            workspace: try folder.workspace(runner))
        return (AptSolver(state: state, request: request), runner)
    }

    @Test func dividesPhasesAndAddsFacts() async throws {
        let folder = try TestFolder()
        let (solver, _) = try solver(Sample.image(packages: ["hello"]), folder) {
            [simulation, shown, uris] call in
            if call.arguments.contains("-s") {
                return .output(
                    simulation + (call.arguments.contains("hello") ? "\nInst hello (2 Local [all])" : ""))
            }
            if call.arguments.contains("--print-uris") { return .output(uris) }
            if call.arguments.contains("show") { return .output(shown) }
            return .output("")
        }
        let (list, origins) = try await solver.solve()
        #expect(list.packages.map(\.name) == ["libc6", "base-files", "hello"])
        #expect(list.packages.map(\.phase) == [.bootstrap, .bootstrap, .system])
        #expect(list.packages.map(\.requested) == [false, false, true])
        #expect(list.packages.map(\.sha256) == ["aa", "bb", "cc"])
        #expect(list.packages.map(\.size) == [100, 200, 300])
        #expect(list.packages[1].installedSize == 20 << 10)
        #expect(origins.addresses["bb"] == "http://a/base.deb")
    }

    @Test func namesAMissingPackage() async throws {
        let folder = try TestFolder()
        let (solver, _) = try solver(Sample.image(packages: ["systemdd"]), folder) { call in
            if call.arguments.contains("pkgnames") { return .output("systemd\nsystemd-sysv\n") }
            if call.tool == "apt-get" { return .failed("E: Unable to locate package systemdd") }
            return .output("")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        let found = failure?.diagnostics.first
        #expect(found?.code == "missing-package")
        #expect(found?.position == place(30))
        #expect(found?.remedy?.contains("'systemd'") == true)
        #expect(found?.notes.first?.contains("http://archive.example.org/debian") == true)
    }

    @Test(arguments: [
        ("Architectures: all arm64 s390x", "these have arm64, s390x"),
        ("Architectures: amd64", "'components'"),
        ("Date: x", "'components'"),
    ]) func anArchiveOfOtherMachinesIsToldOnce(_ line: String, _ remedy: String) async throws {
        let folder = try TestFolder()
        try folder.write("Origin: x\n\(line)\n", to: "lists/archive_InRelease")
        let (solver, _) = try solver(Sample.image(packages: ["bash", "less"]), folder) { call in
            if call.arguments.contains("pkgnames") { return .output("") }
            if call.tool == "apt-get" { return .failed("E: Unable to locate package bash") }
            return .output("")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        #expect(failure?.diagnostics.map(\.code) == ["no-packages"])
        #expect(failure?.diagnostics.first?.message.contains("amd64") == true)
        #expect(failure?.diagnostics.first?.remedy?.contains(remedy) == true)
    }

    @Test func dropsOptionalPackages() async throws {
        let folder = try TestFolder()
        let (solver, runner) = try solver(Sample.image(packages: ["dracut-kiwi-live"]), folder) {
            [simulation, shown, uris] call in
            if call.arguments.contains("pkgnames") { return .output("dracut-kiwi-live-other\n") }
            #expect(!call.arguments.contains("dracut-kiwi-live"))
            if call.arguments.contains("-s") { return .output(simulation) }
            if call.arguments.contains("--print-uris") { return .output(uris) }
            return .output(call.arguments.contains("show") ? shown : "")
        }
        #expect(try await solver.solve().list.packages.count == 2)
        #expect(runner.lines.contains { $0.contains("pkgnames -- dracut-kiwi-live") })
    }

    @Test func tellsTheFirstConflict() async throws {
        let folder = try TestFolder()
        let text = """
            The following packages have unmet dependencies:
             dracut : Conflicts: initramfs-tools but 0.142 is to be installed
             initramfs-tools : Conflicts: linux-initramfs-tool
            E: Unable to correct problems, you have held broken packages.
            """
        let (solver, _) = try solver(Sample.image(packages: ["initramfs-tools", "dracut"]), folder) { call in
            call.tool == "apt-get" ? ToolResult(exitCode: 100, output: text) : .output("")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        #expect(failure?.diagnostics.count == 1)
        let found = failure?.diagnostics.first
        #expect(found?.code == "package-conflict")
        #expect(found?.position == place(31))
        #expect(found?.message.contains("Conflicts: initramfs-tools") == true)
        #expect(found?.notes.first?.contains("config.xml:30") == true)
    }

    @Test func reportsOtherFailures() async throws {
        let folder = try TestFolder()
        let (solver, _) = try solver(Sample.image(), folder) { call in
            call.tool == "apt-get" ? .failed("E: something odd") : .output("")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        #expect(failure?.diagnostics.map(\.code) == ["solver-failed"])
        #expect(failure?.diagnostics.first?.notes == ["E: something odd"])
    }

    @Test func refusesWhatHasNoChecksum() async throws {
        let folder = try TestFolder()
        let (solver, _) = try solver(Sample.image(), folder) { [simulation, uris] call in
            if call.arguments.contains("-s") { return .output(simulation) }
            return .output(call.arguments.contains("--print-uris") ? uris : "")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        #expect(failure?.diagnostics.map(\.code) == ["package-without-checksum"])
    }

    @Test func bootstrapMustFitTheRest() async throws {
        let folder = try TestFolder()
        let (solver, _) = try solver(Sample.image(packages: ["hello"], bootstrap: ["base-files"]), folder) {
            [simulation, uris] call in
            if call.arguments.contains("--print-uris") { return .output(uris) }
            if call.arguments.contains("-s") {
                return .output(call.arguments.contains("hello") ? "Inst hello (2 Local [all])" : simulation)
            }
            return .output("")
        }
        let failure = await #expect(throws: Failure.self) { _ = try await solver.solve() }
        #expect(failure?.diagnostics.map(\.code) == ["bootstrap-conflict"])
    }

    @Test func dracutComesFirst() {
        var image = Sample.image(
            packages: ["linux-image-amd64", "dracut-live", "dracut", "bash"],
            bootstrap: ["apt", "ca-certificates"])
        image.system.ignore = [Located("nano")]
        let words = AptRequestWords(PackageRequest(for: image))
        #expect(words.bootstrap == ["?essential", "apt", "ca-certificates"])
        #expect(
            words.whole == [
                "?essential", "apt", "dracut", "dracut-live", "ca-certificates", "bash", "linux-image-amd64",
                "nano-",
            ])
        #expect(words.named.contains("bash"))
    }

    @Test func readsForeignPackages() {
        let found = AptPackageID.installed(
            in: "Inst libfoo:i386 (1 Debian [i386])\nInst x [0] (2 D:1, E:2 [all])", .x86_64)
        #expect(found.map(\.word) == ["libfoo:i386", "x"])
        #expect(found.map(\.version) == ["1", "2"])
    }
}
