import Foundation
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The services of a boot server, in the foreground: DHCP by dnsmasq, TFTP and HTTP by this program, TLS by stunnel. When it
/// ends, nothing is left: no process, no file but the uploads that were complete.
public struct NetbootServer: Sendable {
    public var tree: NetbootTree
    /// The interface that clients are at; nil: only the address counts.
    public var interface: String?
    public var address: IPv4Address
    /// nil: not served.
    public var httpPort: UInt16?
    public var tftpPort: UInt16?
    public var dhcp: DHCPService?
    /// nil: no HTTPS.
    public var tls: TLSService?
    public var limits: UploadFolder.Limits

    public init(
        tree: NetbootTree, interface: String?, address: IPv4Address, httpPort: UInt16?, tftpPort: UInt16?,
        dhcp: DHCPService?, tls: TLSService? = nil, limits: UploadFolder.Limits = .init()
    ) {
        self.tree = tree
        self.interface = interface
        self.address = address
        self.httpPort = httpPort
        self.tftpPort = tftpPort
        self.dhcp = dhcp
        self.tls = tls
        self.limits = limits
    }

    /// Serves until `stop` is over.
    /// - Parameters:
    ///   - started: told the ports that are served: HTTP, TFTP.
    ///   - stop: returns when the services are to end.
    /// - Throws: `Failure` when a service cannot be started, or ends by itself.
    public func run(
        log: ServerLog, started: @Sendable (_ http: UInt16?, _ tftp: UInt16?) -> Void,
        until stop: @escaping @Sendable () async -> Void
    ) async throws {
        // A client that goes away is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let served = try ServedTree(tree.path)
        try await dhcp?.check()
        let uploads = try tftpPort.map { _ in try UploadFolder(of: served, limits: limits) }
        let tftp = try tftpPort.map {
            try TFTPServer(
                served, uploads: uploads!, address: address, port: $0, interface: interface, log: log)
        }
        defer { tftp?.stop() }
        let http = try httpPort.map {
            try HTTPServer(served, address: address, port: $0, interface: interface, log: log)
        }
        defer { http?.stop() }
        // Only stunnel reaches it.
        let behind = try tls.map { _ in
            try HTTPServer(served, address: .loopback, port: 0, log: log, isBehindProxy: true)
        }
        defer { behind?.stop() }
        let stunnel = try await tls?.start(backend: behind!.port, log: log)
        let dnsmasq: DHCPService.Running?
        do {
            dnsmasq = try dhcp?.start(log: log)
        } catch {
            await stunnel?.stop()
            throw error
        }
        started(http?.port, tftp?.port)
        let failure = await withTaskGroup(of: Failure?.self) { group in
            group.addTask {
                await stop()
                return nil
            }
            if let dnsmasq { group.addTask { await dnsmasq.wait() } }
            if let stunnel { group.addTask { await stunnel.wait() } }
            let first = await group.next() ?? nil
            // Only programs are left to be waited for, or the signal, whose wait ends with its task.
            await dnsmasq?.stop()
            await stunnel?.stop()
            group.cancelAll()
            return first
        }
        if let failure { throw failure }
    }
}
