import Testing

@testable import KiwiRootTree

@Suite struct HostAptConfigurationTests {
    @Test func readsOneLineFormat() {
        let entries = HostAptConfiguration.entries(
            fromList: """
                # a comment
                deb [ arch=amd64,arm64 signed-by=/usr/share/keyrings/x.gpg ] http://a.example.org/debian bookworm main contrib # tail
                deb-src http://a.example.org/debian bookworm main
                deb file:/srv/flat ./
                """)
        #expect(
            entries == [
                .init(
                    addresses: ["http://a.example.org/debian"], suites: ["bookworm"],
                    components: ["main", "contrib"],
                    architectures: ["amd64", "arm64"], keys: .files(["/usr/share/keyrings/x.gpg"])),
                .init(
                    types: ["deb-src"], addresses: ["http://a.example.org/debian"], suites: ["bookworm"],
                    components: ["main"]),
                .init(addresses: ["file:/srv/flat"], suites: ["./"]),
            ])
    }

    @Test func readsStanzas() {
        let entries = HostAptConfiguration.entries(
            fromDeb822: """
                Types: deb deb-src
                # a comment
                URIs: http://a.example.org/debian
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /usr/share/keyrings/x.gpg

                Types: deb
                URIs: http://off.example.org/
                Suites: x
                Enabled: no

                Types: deb
                URIs: http://key.example.org/
                Suites: stable
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 abc
                 -----END PGP PUBLIC KEY BLOCK-----
                """)
        #expect(entries.map(\.addresses) == [["http://a.example.org/debian"], ["http://key.example.org/"]])
        #expect(entries[0].suites == ["bookworm", "bookworm-updates"])
        #expect(
            entries[1].keys
                == .inline(
                    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n"))
    }

    @Test func choosesTheEntryOfTheSuite() {
        #expect(
            Sample.host.entry(forSuite: "bookworm-security")?.addresses == [
                "http://archive.example.org/debian-security"
            ])
        #expect(Sample.host.entry(forSuite: "bookworm")?.addresses == ["http://archive.example.org/debian"])
        // Another suite of the same distribution comes from its main archive.
        #expect(Sample.host.entry(forSuite: "trixie")?.addresses == ["http://archive.example.org/debian"])
    }

    @Test func neverChoosesThirdParties() {
        var host = Sample.host
        host.entries = [host.entries[2]]
        #expect(host.entry(forSuite: "bookworm") == nil)
        host.entries = [
            .init(
                addresses: ["http://o.example.com/debian"], suites: ["bookworm"], components: ["main"],
                origins: ["Docker"])
        ]
        #expect(host.entry(forSuite: "bookworm") == nil)
        host.entries[0].origins = ["Debian"]
        #expect(host.entry(forSuite: "bookworm") != nil)
    }

    @Test func readsAMachine() throws {
        let folder = try TestFolder()
        try folder.write("ID=debian\nVERSION_CODENAME=bookworm\n", to: "etc/os-release")
        try folder.write("deb http://a.example.org/debian bookworm main\n", to: "etc/apt/sources.list")
        try folder.write("x", to: "usr/share/keyrings/debian-archive-keyring.gpg")
        try folder.write(
            "Origin: Debian\nSuite: x\n",
            to: "var/lib/apt/lists/a.example.org_debian_dists_bookworm_InRelease")
        let host = HostAptConfiguration.read(root: folder.path)
        #expect(host.entries.first?.origins == ["Debian"])
        #expect(host.archiveKeyring == "/usr/share/keyrings/debian-archive-keyring.gpg")
        #expect(host.entry(forSuite: nil)?.suites == ["bookworm"])
    }

    @Test func takesOnlyProxiesFromTheMachine() {
        let dump = """
            APT::Install-Recommends "true";
            Acquire::http::Proxy "http://p.example.org:3128";
            Acquire::http::Proxy::direct.example.org "DIRECT";
            Acquire::https::Proxy "";
            DPkg::Post-Invoke:: "rm -f /x";
            """
        #expect(
            HostAptConfiguration.proxies(fromDump: dump) == [
                "Acquire::http::Proxy": "http://p.example.org:3128",
                "Acquire::http::Proxy::direct.example.org": "DIRECT",
            ])
    }
}
