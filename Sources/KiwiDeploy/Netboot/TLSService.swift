import CKiwiLinux
import Foundation
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// HTTPS in front of our file server: stunnel does TLS, and tells the server who the client is (PROXY protocol). It runs as nobody,
/// in a process of its own; certificate and key reach it in memory.
public struct TLSService: Sendable, Equatable {
    public var address: IPv4Address
    public var port: UInt16
    public var certificate: ServerCertificate

    public init(address: IPv4Address, port: UInt16, certificate: ServerCertificate) {
        self.address = address
        self.port = port
        self.certificate = certificate
    }

    public static let requirement = ToolRequirement("stunnel", package: "stunnel4", to: "serve HTTPS")

    /// What stunnel is told. Pure.
    /// - Parameter backend: the port of the file server at the loopback address.
    func configuration(backend: UInt16) -> String {
        """
        foreground = yes
        pid =
        syslog = no
        debug = warning
        sslVersionMin = TLSv1.2
        options = NO_RENEGOTIATION
        TIMEOUTbusy = 30
        TIMEOUTidle = 120
        TIMEOUTclose = 5
        [https]
        accept = \(address):\(port)
        connect = \(IPv4Address.loopback):\(backend)
        protocol = proxy
        cert = /proc/self/fd/1

        """
    }

    /// Starts it and waits until it listens.
    /// - Throws: `Failure` with what stunnel says.
    func start(backend: UInt16, log: ServerLog) async throws -> Running {
        try ToolCheck.require([Self.requirement])
        let isRoot = geteuid() == 0
        let configuration = try Self.memory(Array(configuration(backend: backend).utf8), isRoot: isRoot)
        defer { close(configuration) }
        let secret = try Self.memory(try certificate.bytes(), isRoot: isRoot)
        defer { close(secret) }
        let call =
            isRoot
            ? LoggedProgram.asNobody("stunnel", ["-fd", "0"], rights: ["net_bind_service"])
            : ("stunnel", ["-fd", "0"])
        let program = try LoggedProgram(
            call.0, call.1, input: .descriptor(configuration), output: .descriptor(secret)
        ) { line in
            let text = Self.text(line)
            if Self.isNews(line) { log.write("https", text) }
            return text
        }
        let running = Running(program: program)
        for _ in 0..<100 where !program.hasEnded {
            if NetworkSocket.answers(address, port) { return running }
            try? await Task.sleep(for: .milliseconds(50))
        }
        if program.hasEnded { throw await running.wait() }
        await running.stop()
        throw Self.failure(["it does not listen after five seconds"])
    }

    /// A stunnel that runs.
    struct Running: Sendable {
        fileprivate let program: LoggedProgram

        /// Waits for its end, which is a failure unless it was stopped.
        func wait() async -> Failure { TLSService.failure(await program.wait()) }

        func stop() async { await program.stop() }
    }

    /// An open file without a name that stunnel alone reads.
    private static func memory(_ bytes: [UInt8], isRoot: Bool) throws -> Int32 {
        let descriptor = kiwi_memory_file("kiwi-tls")
        guard descriptor >= 0 else { throw FileError.current("make", "a file in memory") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                defer { close(descriptor) }
                throw FileError.current("write", "a file in memory")
            }
            rest = rest.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
        fchmod(descriptor, 0o400)
        if isRoot { fchown(descriptor, LoggedProgram.nobody, LoggedProgram.nobody) }
        return descriptor
    }

    static func failure(_ lines: [String]) -> Failure {
        let inUse = lines.contains { $0.contains("Address already in use") }
        let denied = lines.contains { $0.contains("Permission denied") }
        return Failure(
            .machineLacks,
            Diagnostic(
                "tls", "stunnel does not serve HTTPS here",
                remedy: inUse
                    ? "stop the other server, or choose another port: --https-port N"
                    : denied
                        ? "run it as root, or choose a port above 1023: --https-port 8443"
                        : "see its message; without --https-port there is no HTTPS",
                notes: Array(lines.suffix(5))))
    }

    /// Without date, level and number of the connection.
    static func text(_ line: String) -> String {
        guard let mark = line.firstRange(of: "LOG"),
            let colon = line[mark.upperBound...].firstRange(of: "]: ")
        else { return line }
        return String(line[colon.upperBound...])
    }

    /// Trouble with clients; not what it says of itself at the start, and nothing of those that only look whether somebody
    /// listens.
    static func isNews(_ line: String) -> Bool {
        line.contains("LOG") && !line.contains("[ui]") && !line.contains("unexpected eof")
    }
}
