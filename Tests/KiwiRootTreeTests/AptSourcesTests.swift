import KiwiDescription
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct AptSourcesTests {
    private func sources(
        _ repositories: [Repository], mirrors: [MirrorRule] = [], host: HostAptConfiguration = Sample.host,
        missing: Set<String> = []
    ) throws(Failure) -> AptSources {
        var options = PrepareOptions()
        options.mirrors = mirrors
        options.obsDownloadURL = "http://obs.example.org/repositories"
        let request = PackageRequest(for: Sample.image(repositories: repositories), options: options)
        return try AptSources(for: request, host: host, exists: { !missing.contains($0) })
    }

    private func failure(_ body: () throws(Failure) -> AptSources) -> Failure? {
        do {
            _ = try body()
            return nil
        } catch { return error }
    }

    @Test func writesSourcesOfAllKinds() throws {
        var full = Sample.repository("https://user:p%40ss@repo.example.org/debian", distribution: "bookworm")
        full.alias = "Full one"
        full.components = ["main", "contrib"]
        full.architectures = ["amd64"]
        full.priority = 700
        full.signingKeys = [Located("file:/keys/a.asc"), Located("https://keys.example.org/b.gpg")]
        var flat = Sample.repository("dir:///srv/flat")
        flat.alias = "flat"
        flat.repositoryGPGCheck = false
        var login = Sample.repository("http://private.example.org/x", distribution: "stable")
        login.username = "me"
        login.password = "secret"
        login.alias = "login"
        var security = Sample.repository("buildhost:", distribution: "bookworm-security")
        security.alias = "security"
        var obs = Sample.repository("obs://Some:Project/Debian_12", distribution: nil)
        obs.alias = "obs"
        let sources = try sources([full, flat, login, security, obs])
        let text =
            sources.entries.map { entry in
                sources.stanza(entry) { entry, index in
                    if case .keyring(let path) = entry.keys[index] {
                        path
                    } else {
                        "/state/keys/\(entry.alias)-\(index)"
                    }
                }
            }.joined(separator: "\n") + "--- auth.conf\n" + sources.authenticationText + "--- preferences\n"
            + sources.preferencesText
        if let difference = goldenDifference(text, "sources.txt") { Issue.record("\(difference)") }
        #expect(!sources.used.contains { "\($0)".contains("p@ss") })
    }

    @Test func configurationReadsNothingOfTheMachine() {
        let text = AptConfiguration(
            state: "/state", architecture: .x86_64,
            proxies: ["Acquire::http::Proxy": "http://p.example.org:3128"]
        ).text
        if let difference = goldenDifference(text, "apt.conf") { Issue.record("\(difference)") }
    }

    @Test func mirrorsRewritePrefixes() throws {
        let rules = try [
            MirrorRule(parsing: "http://a.example.org/=file:/mirror/"),
            MirrorRule(parsing: "buildhost:=http://m.example.org/d"),
        ]
        let found = try sources(
            [
                Sample.repository("http://a.example.org/x", distribution: "s"),
                Sample.repository("buildhost:", distribution: "s"),
            ],
            mirrors: rules)
        #expect(found.entries.map(\.addresses) == [["file:/mirror/x"], ["http://m.example.org/d"]])
        #expect(
            MirrorRule.rewrite(
                "http://b.example.org/x/y", by: [.init(from: "http://b.example.org", to: "buildhost:")])
                == "buildhost:")
        #expect(
            MirrorRule.rewrite("http://b/x", by: [.init(from: "http://b", to: "http://c/")]) == "http://c/x")
        #expect(
            MirrorRule.rewrite("http://b/x", by: [.init(from: "http://b/", to: "http://c")]) == "http://c/x")
    }

    @Test func refusesABadMirrorRule() {
        for text in ["nothing", "=http://x/", "a=b"] {
            #expect(throws: Failure.self) { try MirrorRule(parsing: text) }
        }
    }

    @Test(arguments: [
        ("gopher://x/y", "unknown-repository-address"), ("obs:nothing", "unknown-repository-address"),
        ("dir:///gone", "missing-repository"), ("/gone", "missing-repository"),
    ])
    func refuses(_ source: String, _ code: String) throws {
        let failure = failure { () throws(Failure) in
            try sources([Sample.repository(source, distribution: "s")], missing: ["/gone"])
        }
        #expect(failure?.diagnostics.map(\.code) == [code])
        #expect(failure?.diagnostics.first?.position == place(13))
    }

    @Test func refusesBuildHostWithoutAnArchive() {
        let failure = failure { () throws(Failure) in
            try sources([Sample.repository("buildhost:", distribution: "s")], host: HostAptConfiguration())
        }
        #expect(failure?.diagnostics.map(\.code) == ["no-buildhost-archive"])
        #expect(failure?.diagnostics.first?.remedy?.contains("--mirror buildhost:=URL") == true)
    }

    @Test func refusesMissingKeys() {
        var repository = Sample.repository("http://a.example.org/", distribution: "s")
        repository.signingKeys = [Located("file:/gone", at: place(40))]
        let missing = failure { () throws(Failure) in try sources([repository], missing: ["/gone"]) }
        #expect(missing?.diagnostics.map(\.code) == ["missing-signing-key"])
        #expect(missing?.diagnostics.first?.position == place(40))
        repository.signingKeys = []
        let none = failure { () throws(Failure) in try sources([repository], host: HostAptConfiguration()) }
        #expect(none?.diagnostics.map(\.code) == ["no-signing-key"])
    }

    @Test func refusesNoRepositoryAtAll() {
        let failure = failure { () throws(Failure) in try sources([]) }
        #expect(failure?.diagnostics.map(\.code) == ["no-repository"])
    }

    @Test func printedRequestsHoldNoSecrets() throws {
        var repository = Sample.repository("https://user:hunter2@repo.example.org/", distribution: "s")
        repository.password = "hunter3"
        let request = PackageRequest(for: Sample.image(repositories: [repository]))
        let text = String(decoding: try CanonicalJSON.encode(request), as: UTF8.self)
        #expect(!text.contains("hunter"))
        #expect(text.contains("repo.example.org"))
    }

    @Test func unsupportedPackageManager() {
        var image = Sample.image()
        image.packageManager = Located("smart", at: place(9))
        let failure = #expect(throws: Failure.self) { try PackageManagerRegistry.manager(for: image) }
        #expect(failure?.diagnostics.map(\.code) == ["unsupported-package-manager"])
        #expect(failure?.diagnostics.first?.position == place(9))
    }

    /// One value would become several settings.
    @Test func lineBreaksOfRepositories() {
        var image = Sample.image()
        #expect(PackageRequest(for: image).unwritable.isEmpty)
        image.repositories[0].distribution = "bookworm\nTrusted: yes"
        #expect(
            Apt().findings(PackageRequest(for: image)).map(\.code).contains("repository-control-character"))
    }

    @Test func badNamesAndUnusedElements() {
        var image = Sample.image(packages: ["good", "-o Evil=1", "lib*", "g++"])
        image.system.collections = [Located("desktop", at: place(50))]
        image.system.products = [Located("p", at: place(51))]
        let found = Apt().check(PackageRequest(for: image))
        #expect(found.map(\.code) == ["bad-package-name", "no-effect", "no-effect"])
        #expect(found.first?.position == place(31))
    }
}
