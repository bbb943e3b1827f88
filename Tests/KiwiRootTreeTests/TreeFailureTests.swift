import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// Every refusal while a tree is configured, with a tree whose tools fail.
@Suite struct TreeFailureTests {
    private func failing(_ tool: String, code: Int32 = 1) -> FakeRunner {
        FakeRunner { $0.tool == tool ? .failed("\(tool): no", code: code) : .output("--keymap=K") }
    }

    @Test func users() async throws {
        let folder = try TestFolder()
        let user = User(position: place(70), name: "tux", groups: [.init(name: "tux")])
        for (code, remedy) in [(Int32(127), "add the package"), (9, "correct the <user>")] {
            let tree = RootTree(
                path: "\(folder.path)/tree", workspace: try folder.workspace(failing("groupadd", code: code)))
            let failure = await #expect(throws: Failure.self) {
                try await TreeUsers(tree: tree, imageName: "i", clock: 0).makeGroups([user])
            }
            #expect(failure?.diagnostics.map(\.code) == ["user-failed"])
            #expect(failure?.diagnostics.first?.position == place(70))
            #expect(failure?.diagnostics.first?.remedy?.hasPrefix(remedy) == true)
        }
    }

    @Test func plainPasswordsAreNeverArguments() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { $0.tool == "openssl" ? .output("$6$salt$hash\n") : .output("") }
        let tree = RootTree(path: "\(folder.path)/tree", workspace: try folder.workspace(runner))
        let user = User(name: "tux", password: "hunter2", passwordFormat: .plain)
        try await TreeUsers(tree: tree, imageName: "i", clock: 0).make(user)
        #expect(
            runner.calls.map(\.tool) == ["openssl", "useradd", "chpasswd"]
                || runner.calls.map(\.tool) == ["useradd", "openssl", "chpasswd"])
        #expect(
            !runner.calls.contains {
                $0.arguments.joined().contains("hunter2") || $0.arguments.joined().contains("hash")
            })
    }

    @Test func fileAttributes() async throws {
        let folder = try TestFolder()
        try folder.write("x", to: "d/motd")
        var image = Sample.image(folder: "\(folder.path)/d")
        image.system.files = [.init(name: Located("motd", at: place(61)), target: "/etc/", owner: "nobody")]
        let contents = try DescriptionContents.scan(image)
        let configuration = try TreeConfiguration(
            tree: try folder.tree(failing("chown")), input: ConfigurationInput(for: image),
            contents: contents,
            functions: nil, sortsArchives: true, clock: 0)
        let failure = await #expect(throws: Failure.self) { try await configuration.installFiles() }
        #expect(failure?.diagnostics.map(\.code) == ["file-attributes"])
        #expect(failure?.diagnostics.first?.position == place(61))
        #expect(folder.read("tree/etc/motd") == "x")
    }

    @Test func functionsForScripts() {
        #expect(KiwiFunctions.candidates(program: nil, dataFolder: nil).isEmpty)
        let failure = #expect(throws: Failure.self) {
            _ = try KiwiFunctions.first(of: ["/nowhere/kconfig.sh"])
        }
        #expect(failure?.diagnostics.map(\.code) == ["functions-missing"])
        #expect(failure?.diagnostics.first?.notes == ["looked for /nowhere/kconfig.sh"])
    }

    @Test func signingKeysOfTheImage() async throws {
        let folder = try TestFolder()
        var repository = Sample.repository("http://a.example.org/", distribution: "s")
        repository.signingKeys = [Located("file:/gone.asc", at: place(33))]
        let failure = await #expect(throws: Failure.self) {
            try await Apt().writeImageRepositories(
                ImageRepositories(repositories: [repository], architecture: .x86_64), into: try folder.tree())
        }
        #expect(failure?.diagnostics.map(\.code) == ["missing-signing-key"])
        #expect(failure?.diagnostics.first?.position == place(33))
    }

    @Test func imageRepositoriesAreWritten() async throws {
        let folder = try TestFolder()
        try folder.write("-----BEGIN PGP PUBLIC KEY BLOCK-----\n", to: "key")
        var repository = Sample.repository("http://me:pw@a.example.org/debian", distribution: "stable")
        repository.alias = "Main repo"
        repository.priority = 900
        repository.signingKeys = [Located("file:\(folder.path)/key")]
        try await Apt().writeImageRepositories(
            ImageRepositories(repositories: [repository], architecture: .x86_64), into: try folder.tree())
        #expect(
            folder.read("tree/etc/apt/sources.list.d/Main_repo.sources") == """
                Types: deb
                URIs: http://a.example.org/debian
                Suites: stable
                Components: main
                Signed-By: /usr/share/keyrings/Main_repo-archive-keyring.asc

                """)
        #expect(folder.exists("tree/usr/share/keyrings/Main_repo-archive-keyring.asc"))
        #expect(
            folder.read("tree/etc/apt/preferences.d/Main_repo.pref")?.contains("Pin-Priority: 900") == true)
        #expect(
            folder.read("tree/etc/apt/auth.conf.d/Main_repo.conf")
                == "machine http://a.example.org/debian login me password pw\n")
    }

    @Test func settingsAndCertificates() {
        let failure = ToolFailure(
            call: ToolCall("systemd-firstboot"), exitCode: 1, lastLines: ["Invalid keymap"])
        let setting = TreeSettings.problem(failure, "keytable", "correct it").diagnostics.first
        #expect(setting?.code == "setting-failed")
        #expect(setting?.message == "the keytable could not be set: systemd-firstboot ended with 1")
        #expect(CertificateSetup.problem(failure).diagnostics.first?.code == "certificates-failed")
    }

    @Test func keysThatCannotBeDownloaded() async throws {
        let folder = try TestFolder()
        var repository = Sample.repository("http://a.example.org/", distribution: "s")
        repository.signingKeys = [Located("https://me:pw@keys.example.org/a.asc", at: place(33))]
        let runner = FakeRunner { _ in .failed("E: 404") }
        let workspace = try folder.workspace(runner)
        let request = PackageRequest(for: Sample.image(repositories: [repository]))
        let sources = try AptSources(for: request, host: Sample.host)
        let failure = await #expect(throws: Failure.self) {
            _ = try await AptState.make(for: request, sources: sources, host: Sample.host, in: workspace)
        }
        #expect(failure?.diagnostics.map(\.code) == ["missing-signing-key"])
        #expect(failure?.diagnostics.first?.position == place(33))
        #expect(!runner.lines.joined().contains("pw"))
        #expect(folder.read("bulk/apt/auth.conf") == "machine keys.example.org/a.asc login me password pw\n")
    }

    @Test func packagesWithoutAnAddress() async throws {
        let folder = try TestFolder()
        let package = PackageList.Package(
            name: "p", version: "1", architecture: "all", sha256: "aa", size: 1, installedSize: 1,
            phase: .system,
            requested: true)
        let workspace = try folder.workspace()
        let failure = await #expect(throws: Failure.self) {
            try await AptDownload(store: Apt().store(workspace), workspace: workspace)
                .run(PackageList(packages: [package]), from: PackageOrigins(), replace: false)
        }
        #expect(failure?.diagnostics.map(\.code) == ["download-failed"])
    }
}
