import Foundation
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Certificate and key of a server, as PEM files.
public struct ServerCertificate: Sendable, Equatable {
    /// The certificate, and those of authorities between it and the one that clients know.
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Both, the key first.
    /// - Throws: `Failure` when a file is not what it should be.
    func bytes() throws -> [UInt8] {
        let limit = 1 << 20
        let certificateText = try FileSystem.readText(certificate, limit: limit)
        let keyText = try FileSystem.readText(key, limit: limit)
        func wrong(_ path: String, _ message: String, _ remedy: String) -> Failure {
            Failure(.usage, Diagnostic("tls-certificate", "\(path): \(message)", remedy: remedy))
        }
        guard certificateText.contains("-----BEGIN CERTIFICATE-----") else {
            throw wrong(
                certificate, "no certificate (PEM) is in it",
                "name the file that begins with BEGIN CERTIFICATE")
        }
        if keyText.contains("ENCRYPTED") {
            throw wrong(
                key, "the key needs a passphrase, and nobody is there to type it",
                "openssl pkey -in KEY -out KEY.plain, with mode 600")
        }
        guard keyText.contains("PRIVATE KEY-----") else {
            throw wrong(
                key, "no private key (PEM) is in it", "name the file that begins with BEGIN PRIVATE KEY")
        }
        return Array((keyText + "\n" + certificateText + "\n").utf8)
    }
}

/// An authority that exists for one server only: it signs the server's certificate, and its key is thrown away at once. Clients that
/// know it trust this server and nobody else.
public struct OwnAuthority: Sendable, Equatable {
    public var certificate: ServerCertificate
    /// What clients must know: `DIR/authority.pem`, which the server gives away too.
    public var authority: String
    /// SHA-256 of the authority, pairs of hex digits with colons.
    public var fingerprint: String

    /// Days that it is good for.
    static let days = 397

    /// Uses the one of an earlier run when it is for this address and good for a day more, else makes a new one.
    /// - Throws: `Failure` with what openssl says.
    public static func find(in tree: NetbootTree, address: IPv4Address) async throws -> OwnAuthority {
        try ToolCheck.require([ToolRequirement("openssl", package: "openssl", to: "make certificates")])
        let folder = "\(tree.path)/.tls"
        let found = ServerCertificate(certificate: "\(folder)/server.pem", key: "\(folder)/server.key")
        let authority = "\(tree.path)/authority.pem"
        if await !isGood(found, authority, address) {
            try await make(found, authority, address, in: folder)
        }
        let text = try await openssl(["x509", "-in", authority, "-noout", "-fingerprint", "-sha256"])
        let fingerprint =
            text.split(separator: "=").last.map { $0.filter { $0.isHexDigit || $0 == ":" } } ?? ""
        return OwnAuthority(certificate: found, authority: authority, fingerprint: fingerprint)
    }

    private static func isGood(
        _ found: ServerCertificate, _ authority: String, _ address: IPv4Address
    ) async -> Bool {
        guard [found.certificate, found.key, authority].allSatisfy(FileSystem.isRegularFile) else {
            return false
        }
        let checks = [
            ["x509", "-in", found.certificate, "-noout", "-checkend", "86400"],
            [
                "verify", "-purpose", "sslserver", "-CAfile", authority, "-verify_ip", "\(address)",
                found.certificate,
            ],
        ]
        for check in checks where await capture("openssl", check).exitCode != 0 { return false }
        return true
    }

    private static func make(
        _ target: ServerCertificate, _ authority: String, _ address: IPv4Address, in folder: String
    ) async throws {
        try FileSystem.makeFolder(folder)
        guard chmod(folder, 0o700) == 0 else { throw FileError.current("change the mode of", folder) }
        let scratch = try ScratchFolder(in: folder)
        // With it goes the key of the authority.
        defer { scratch.remove() }
        let settings = "\(scratch.path)/settings"
        try FileSystem.write(Self.settings(address), to: settings)
        func request(_ extensions: String, _ name: String, _ more: [String]) async throws {
            _ = try await openssl(
                [
                    "req", "-x509", "-config", settings, "-extensions", extensions, "-newkey", "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "\(days)", "-keyout",
                    "\(scratch.path)/\(name).key",
                    "-out", "\(scratch.path)/\(name).pem",
                ] + more)
        }
        try await request("authority", "authority", ["-subj", "/CN=Authority of the boot server \(address)"])
        try await request(
            "server", "server",
            [
                "-subj", "/CN=Boot server \(address)", "-CA", "\(scratch.path)/authority.pem", "-CAkey",
                "\(scratch.path)/authority.key",
            ])
        guard chmod("\(scratch.path)/authority.pem", 0o644) == 0 else {
            throw FileError.current("change the mode of", scratch.path)
        }
        try FileSystem.rename("\(scratch.path)/server.key", to: target.key)
        try FileSystem.rename("\(scratch.path)/server.pem", to: target.certificate)
        try FileSystem.rename("\(scratch.path)/authority.pem", to: authority)
    }

    /// openssl's settings. Pure.
    static func settings(_ address: IPv4Address) -> String {
        """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        [authority]
        basicConstraints = critical, CA:TRUE, pathlen:0
        keyUsage = critical, keyCertSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        authorityKeyIdentifier = keyid
        subjectAltName = IP:\(address)

        """
    }

    private static func openssl(_ arguments: [String]) async throws -> String {
        let answer = await capture("openssl", arguments)
        guard answer.exitCode == 0 else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "tls-certificate", "openssl makes no certificate",
                    remedy: "see its message, or give files: --tls-certificate FILE --tls-key FILE",
                    notes: answer.text.split(separator: "\n").suffix(5).map(String.init)))
        }
        return answer.text
    }
}
