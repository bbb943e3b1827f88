import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct AptUpdateFailureTests {
    private func diagnostics(_ lines: String...) throws -> [Diagnostic] {
        var login = Sample.repository("http://p.example.org/x", distribution: "stable", line: 40)
        login.username = "me"
        login.password = "pw"
        let request = PackageRequest(
            for: Sample.image(repositories: [
                Sample.repository("http://a.example.org/debian", distribution: "bookworm"),
                Sample.repository("http://a.example.org/debian", distribution: "trixie", line: 20), login,
            ]))
        let sources = try AptSources(for: request, host: Sample.host, exists: { _ in true })
        let failure = ToolFailure(call: ToolCall("apt-get"), exitCode: 100, lastLines: lines)
        return AptUpdateFailure(failure, sources: sources).failure.diagnostics
    }

    @Test func namesTheWrongKey() throws {
        let found = try diagnostics(
            "W: GPG error: http://a.example.org/debian trixie InRelease: The following signatures couldn't be verified "
                + "because the public key is not available: NO_PUBKEY 0E98404D386FA1D9",
            "E: The repository 'http://a.example.org/debian trixie InRelease' is not signed.")
        #expect(found.map(\.code) == ["repository-wrong-key"])
        #expect(found.first?.position == place(21))
        #expect(found.first?.message.contains("0E98404D386FA1D9") == true)
    }

    @Test(arguments: [
        (
            "E: The repository 'http://a.example.org/debian bookworm InRelease' is not signed.",
            "repository-unsigned", 13
        ),
        (
            "E: The repository 'http://a.example.org/debian bookworm Release' does not have a Release file.",
            "repository-no-release", 13
        ),
        (
            "W: GPG error: http://a.example.org/debian bookworm InRelease: The following signatures were invalid: BADSIG 1",
            "repository-bad-signature", 13
        ),
        (
            "E: Failed to fetch http://p.example.org/x/dists/stable/InRelease  403  Forbidden [IP: 203.0.113.1 80]",
            "repository-refused", 41
        ),
        (
            "E: Failed to fetch http://a.example.org/debian/dists/trixie/InRelease  Could not resolve 'a.example.org'",
            "repository-unreachable", 21
        ),
    ])
    func names(_ line: String, _ code: String, _ row: Int) throws {
        let found = try diagnostics(line)
        #expect(found.map(\.code) == [code])
        #expect(found.first?.position == place(row))
        #expect(found.first?.message.contains("repository 'kiwi-") == true)
    }

    @Test func keepsAptsWordsOtherwise() throws {
        let found = try diagnostics("E: The lock is gone")
        #expect(found.map(\.code) == ["repositories-unreadable"])
        #expect(found.first?.notes == ["E: The lock is gone"])
    }
}
