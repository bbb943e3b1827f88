import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// What dnsmasq is told: addresses for clients, and which loader each kind of firmware gets. It serves DHCP only;
/// files come from our own servers.
public struct DHCPService: Sendable, Equatable {
    public enum Mode: Sendable, Equatable {
        /// Gives out addresses of this range.
        case server(first: IPv4Address, last: IPv4Address)
        /// Another server gives out addresses; this one only tells which loader there is.
        case proxy
    }

    public var mode: Mode
    public var interface: String
    public var own: InterfaceAddress
    public var addresses: NetbootAddresses
    public var loaders: NetbootLoaders

    public init(
        mode: Mode, interface: String, own: InterfaceAddress, addresses: NetbootAddresses,
        loaders: NetbootLoaders
    ) {
        self.mode = mode
        self.interface = interface
        self.own = own
        self.addresses = addresses
        self.loaders = loaders
    }

    public static let requirement = ToolRequirement(
        "dnsmasq", package: "dnsmasq-base", to: "answer DHCP requests")

    /// dnsmasq's arguments. Pure.
    var arguments: [String] {
        var result = [
            "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null", "--pid-file=",
            "--user=nobody",
            "--port=0", "--no-resolv", "--no-hosts", "--leasefile-ro", "--interface=\(interface)",
            "--except-interface=lo", "--bind-interfaces", "--log-dhcp",
            "--dhcp-match=set:ipxe,175", "--dhcp-match=set:bios,option:client-arch,0",
            "--dhcp-match=set:uefi,option:client-arch,7", "--dhcp-match=set:uefi,option:client-arch,9",
            "--dhcp-match=set:http,option:client-arch,16",
        ]
        let notIPXE = loaders.ipxeScript == nil ? "" : "tag:!ipxe,"
        switch mode {
        case .server(let first, let last):
            result.append("--dhcp-range=\(first),\(last),1h")
            if let bios = loaders.bios {
                result.append("--dhcp-boot=tag:bios,\(notIPXE)\(bios),,\(own.address)")
            }
            if let uefi = loaders.uefi {
                result += [
                    "--dhcp-boot=tag:uefi,\(notIPXE)\(uefi),,\(own.address)",
                    // The firmware only takes an answer that names its own kind of client.
                    "--dhcp-option-force=tag:http,60,HTTPClient",
                    "--dhcp-boot=tag:http,\(addresses.url)/\(uefi),,\(own.address)",
                ]
            }
        case .proxy:
            result.append("--dhcp-range=\(own.network),proxy,\(IPv4Address(value: own.mask))")
            if let bios = loaders.bios { result.append("--pxe-service=\(notIPXE)x86PC,kiwi,\(bios)") }
            if let uefi = loaders.uefi {
                result += ["X86-64_EFI", "BC_EFI"].map { "--pxe-service=\(notIPXE)\($0),kiwi,\(uefi)" }
            }
        }
        if let script = loaders.ipxeScript {
            result.append("--dhcp-boot=tag:ipxe,\(addresses.url)/\(script),,\(own.address)")
        }
        return result
    }

    /// Lets dnsmasq check its arguments.
    /// - Throws: `Failure` with what it does not like.
    func check() async throws {
        try ToolCheck.require([Self.requirement])
        let answer = await capture("dnsmasq", ["--test"] + arguments)
        guard answer.exitCode == 0 else {
            throw Self.failure(answer.text.split(separator: "\n").map(String.init))
        }
    }

    private static func failure(_ lines: [String]) -> Failure {
        let inUse = lines.contains { $0.contains("Address already in use") }
        return Failure(
            .machineLacks,
            Diagnostic(
                "dhcp", "dnsmasq does not serve DHCP here",
                remedy: inUse
                    ? "stop the other DHCP server of this machine, or use --no-dhcp"
                    : "see its message; --no-dhcp serves files only", notes: Array(lines.suffix(5))))
    }

    /// A dnsmasq that runs.
    final class Running: Sendable {
        private let program: LoggedProgram

        fileprivate init(_ service: DHCPService, log: ServerLog) throws {
            let call = LoggedProgram.asNobody(
                "dnsmasq", service.arguments, rights: ["net_admin", "net_raw", "net_bind_service"])
            program = try LoggedProgram(call.program, call.arguments) { line in
                let text = DHCPService.shortened(line)
                if DHCPService.isNews(text) { log.write("dhcp", DHCPService.text(text)) }
                return text
            }
        }

        /// Waits for its end, which is a failure unless it was stopped.
        func wait() async -> Failure { DHCPService.failure(await program.wait()) }

        func stop() async { await program.stop() }
    }

    func start(log: ServerLog) throws -> Running { try Running(self, log: log) }

    /// Without the name of the program.
    static func shortened(_ line: String) -> String {
        guard line.hasPrefix("dnsmasq"), let colon = line.firstRange(of: ": ") else { return line }
        return String(line[colon.upperBound...])
    }

    /// Without the number of the transaction.
    static func text(_ line: String) -> String {
        let rest = line.drop(while: \.isNumber)
        return rest.hasPrefix(" ") ? String(rest.dropFirst()) : line
    }

    /// Requests, answers and trouble; not the lists of options.
    static func isNews(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        let isDetail = words.count > 1 && words[0].allSatisfy(\.isNumber)
        guard isDetail else { return !line.hasPrefix("compile time options") }
        return words[1].hasPrefix("DHCP") || words[1].hasPrefix("PXE") || words[1] == "no"
            || line.contains("bootfile name")
    }
}
