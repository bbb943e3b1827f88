import ArgumentParser
import Foundation
import KiwiDeploy
import KiwiDiagnostics
import KiwiToolbox

struct NetbootServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a boot server in the foreground: DHCP, TFTP and HTTP.",
        discussion: """
            Ends with Ctrl-C and leaves nothing behind. DHCP is done by dnsmasq and needs root. Without --proxy-dhcp \
            clients get their addresses from it: use that only in a network that has no other DHCP server. \
            With --proxy-dhcp they get them from the network's own server, and only the loader from this one.

            Clients read the files in the folder that everybody may read, and write files to upload/ by TFTP; nothing \
            outside can be reached. What happens is on standard error, with --logfile also in a file.

            With --https-port files are served by HTTPS as well (stunnel does TLS). Without a certificate an authority is made for this \
            server alone; clients need its certificate, FOLDER/authority.pem, and its fingerprint is told at the start.

            An ordinary user serves files alone: kiwi netboot serve DIR --address 192.168.1.5 --no-dhcp --no-tftp \
            --http-port 8080
            """)

    @Argument(
        help: .init("Folder of the server, made by 'init' or 'export'.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @Option(help: .init("Interface that the clients are at.", valueName: "name"))
    var interface: String?

    @Option(help: .init("Serve at this address instead of the interface's first one.", valueName: "address"))
    var address: IPv4Address?

    @Flag(help: "Another DHCP server gives out the addresses; only tell clients what to load.")
    var proxyDhcp = false

    @Flag(help: "No DHCP: another server tells clients what to load.")
    var noDhcp = false

    @Option(
        help: .init(
            "Addresses for clients instead of the upper half of the interface's network.",
            valueName: "first,last"))
    var dhcpRange: DHCPRange?

    @Option(help: .init("Port of HTTP; 0 takes a free one.", valueName: "port"))
    var httpPort: UInt16 = 80

    @Option(help: .init("Port of HTTPS; without it there is none.", valueName: "port"))
    var httpsPort: UInt16?

    @Option(
        help: .init("Certificate for HTTPS and those of authorities above it, PEM.", valueName: "file"),
        completion: .file())
    var tlsCertificate: String?

    @Option(
        help: .init("Key of --tls-certificate, PEM, without a passphrase.", valueName: "file"),
        completion: .file())
    var tlsKey: String?

    @Option(help: .init("Port of TFTP; 0 takes a free one. Firmware only knows 69.", valueName: "port"))
    var tftpPort: UInt16 = 69

    @Flag(help: "No TFTP, and so no registrations.")
    var noTftp = false

    @Option(
        help:
            "Loader for machines: 'auto' gives iPXE its script, BIOS pxelinux where it is there, all others GRUB."
    )
    var loader: NetbootLoaders.Choice = .auto

    @Option(help: .init("Largest file that a client may upload.", valueName: "size"))
    var uploadSize: ByteCount?

    @Option(help: .init("Number of files that clients may upload.", valueName: "number"))
    var uploadCount: Int?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        if interface == nil, address == nil {
            throw ValidationError("give --interface, or --address with --no-dhcp")
        }
        if interface == nil, !noDhcp {
            throw ValidationError("DHCP needs --interface; without DHCP: --no-dhcp")
        }
        if proxyDhcp, noDhcp { throw ValidationError("--proxy-dhcp and --no-dhcp exclude each other") }
        if dhcpRange != nil, proxyDhcp || noDhcp {
            throw ValidationError(
                "--dhcp-range has no meaning with \(proxyDhcp ? "--proxy-dhcp" : "--no-dhcp")")
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        if tlsCertificate != nil, httpsPort == nil {
            throw ValidationError("--tls-certificate needs --https-port")
        }
        if httpsPort == 0 { throw ValidationError("--https-port must be a port that clients know") }
        if let uploadCount, uploadCount < 1 { throw ValidationError("--upload-count must be at least 1") }
        if let uploadSize, uploadSize.bytes < 1 { throw ValidationError("--upload-size must be at least 1") }
        if !noDhcp, !noTftp, tftpPort != 69 {
            throw ValidationError(
                "machines that boot know TFTP at port 69 only; --tftp-port goes with --no-dhcp")
        }
    }

    func run() async throws {
        global.apply()
        let tree = NetbootTree(FileSystem.realPath(Paths.absolute(folder)) ?? Paths.absolute(folder))
        try tree.require()
        let own = try interface.map(Self.address)
        let shown = address ?? own!.address
        // Before the menus, which name the ports: a free port is known only later.
        let addresses = NetbootAddresses(server: shown.description, httpPort: httpPort == 0 ? 80 : httpPort)
        var limits = UploadFolder.Limits()
        if let uploadSize { limits.bytes = uploadSize.bytes }
        if let uploadCount { limits.files = uploadCount }
        let server = NetbootServer(
            tree: tree, interface: interface, address: shown, httpPort: httpPort,
            tftpPort: noTftp ? nil : tftpPort,
            dhcp: try dhcp(own, addresses, tree), tls: try await tls(at: shown, tree), limits: limits)
        let writer = try LogWriter(file: global.logfile)
        let stop = SignalWait()
        try await server.run(
            log: ServerLog { writer.write($0) },
            started: { http, tftp in
                if let http {
                    do {
                        try tree.writeMenus(NetbootAddresses(server: shown.description, httpPort: http))
                    } catch {
                        Report.findings(
                            Report.asFailure(error).diagnostics.map { finding in
                                var finding = finding
                                finding.severity = .warning
                                return finding
                            })
                    }
                }
                let services = [
                    http.map { "HTTP at \(shown):\($0)" }, httpsPort.map { "HTTPS at \(shown):\($0)" },
                    tftp.map { "TFTP at \(shown):\($0)" },
                    server.dhcp.map { "\($0.mode == .proxy ? "proxy DHCP" : "DHCP") at \($0.interface)" },
                ]
                writer.write(
                    "serving \(tree.path): \(services.compactMap { $0 }.joined(separator: ", ")). Ctrl-C ends it."
                )
            },
            until: { await stop.wait() })
        writer.write("ended")
    }

    /// HTTPS with the certificate that was given, or an authority of our own.
    private func tls(at address: IPv4Address, _ tree: NetbootTree) async throws -> TLSService? {
        guard let httpsPort else { return nil }
        if let tlsCertificate, let tlsKey {
            let given = ServerCertificate(
                certificate: Paths.absolute(tlsCertificate), key: Paths.absolute(tlsKey))
            return TLSService(address: address, port: httpsPort, certificate: given)
        }
        let own = try await OwnAuthority.find(in: tree, address: address)
        Report.findings([
            Diagnostic(
                "tls-authority", .note, "clients need \(own.authority), SHA-256 \(own.fingerprint)",
                remedy: "put it into their initrds, or give a certificate they know: --tls-certificate")
        ])
        return TLSService(address: address, port: httpsPort, certificate: own.certificate)
    }

    private static func address(of interface: String) throws(Failure) -> InterfaceAddress {
        if let address = InterfaceAddress(interface: interface) { return address }
        let exists = FileSystem.exists("/sys/class/net/\(interface)") && !interface.contains("/")
        throw Failure(
            .machineLacks,
            Diagnostic(
                "interface",
                exists
                    ? "the interface '\(interface)' has no IPv4 address"
                    : "there is no interface '\(interface)'",
                remedy: exists
                    ? "give it one: ip address add 192.168.77.1/24 dev \(interface)"
                    : "'ip address' lists them"))
    }

    private func dhcp(_ own: InterfaceAddress?, _ addresses: NetbootAddresses, _ tree: NetbootTree) throws
        -> DHCPService?
    {
        guard !noDhcp, let own, let interface else { return nil }
        let mode: DHCPService.Mode
        if proxyDhcp {
            mode = .proxy
        } else if let dhcpRange {
            mode = .server(first: dhcpRange.first, last: dhcpRange.last)
        } else if let range = own.clientRange {
            mode = .server(first: range.first, last: range.last)
        } else {
            throw Failure(
                .usage,
                Diagnostic(
                    "dhcp-range",
                    "the network of '\(interface)' is too small or too large to choose addresses in",
                    remedy: "say which: --dhcp-range FIRST,LAST"))
        }
        return DHCPService(
            mode: mode, interface: interface, own: own, addresses: addresses,
            loaders: NetbootLoaders(in: tree.path, choice: loader))
    }
}

extension IPv4Address: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension NetbootLoaders.Choice: ExpressibleByArgument {}

/// `--dhcp-range`.
struct DHCPRange: ExpressibleByArgument {
    var first: IPv4Address
    var last: IPv4Address

    init?(argument: String) {
        let parts = argument.split(separator: ",").map { IPv4Address(String($0)) }
        guard parts.count == 2, let first = parts[0], let last = parts[1], first.value <= last.value else {
            return nil
        }
        self.first = first
        self.last = last
    }
}
