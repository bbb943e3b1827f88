import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiDeploy

@Suite struct TLSServiceTests {
    @Test func isToldWhereToListen() throws {
        let service = TLSService(
            address: try #require(IPv4Address("10.0.0.1")), port: 8443,
            certificate: ServerCertificate(certificate: "/c", key: "/k"))
        let text = service.configuration(backend: 4711)
        #expect(text.contains("accept = 10.0.0.1:8443\nconnect = 127.0.0.1:4711\nprotocol = proxy\n"))
        #expect(text.contains("sslVersionMin = TLSv1.2"))
        #expect(!text.contains("/k"))
    }

    @Test func whatItSays() {
        let line = "2026.11.22 15:15:49 LOG3[0]: SSL_accept: error"
        #expect(TLSService.text(line) == "SSL_accept: error")
        #expect(TLSService.isNews(line))
        #expect(!TLSService.isNews("2026.11.22 15:15:49 LOG3[ui]: No trusted certificates found"))
        let failure = TLSService.failure([
            "Error binding service [https] to 1.2.3.4:443", "Address already in use (98)",
        ])
        #expect(failure.diagnostics.first?.remedy?.contains("--https-port") == true)
    }

    @Test func filesThatAreNone() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ text: String) throws -> String {
            let place = folder.appendingPathComponent(name)
            try text.write(to: place, atomically: false, encoding: .utf8)
            return place.path
        }
        let certificate = try file("c", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
        let key = try file("k", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n")
        let locked = try file("l", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n")
        #expect(
            try ServerCertificate(certificate: certificate, key: key).bytes().starts(
                with: Array("-----BEGIN PRIV".utf8)))
        for (certificate, key) in [(key, key), (certificate, certificate), (certificate, locked)] {
            #expect(throws: Failure.self) {
                try ServerCertificate(certificate: certificate, key: key).bytes()
            }
        }
    }

    /// By openssl: made once, used again for the same address only; the authority's key is gone.
    @Test func anAuthorityOfItsOwn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tree = NetbootTree(folder)
        let first = try await OwnAuthority.find(in: tree, address: .loopback)
        #expect(first.fingerprint.split(separator: ":").count == 32)
        #expect(try await OwnAuthority.find(in: tree, address: .loopback) == first)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/.tls").sorted() == [
                "server.key", "server.pem",
            ])
        let mode =
            try FileManager.default.attributesOfItem(atPath: "\(folder)/.tls/server.key")[.posixPermissions]
            as? Int
        #expect(mode == 0o600)
        let other = try await OwnAuthority.find(in: tree, address: try #require(IPv4Address("10.0.0.1")))
        #expect(other.fingerprint != first.fingerprint)
    }
}
