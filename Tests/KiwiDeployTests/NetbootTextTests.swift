import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiDeploy

/// Everything about a boot server that is decided without a network.
@Suite struct NetbootTextTests {
    private let menu = NetbootMenu(
        entries: [
            NetbootEntry(
                id: "live.x86_64-1.0", title: "it's live", kernel: "boot/live.kernel",
                initrd: "boot/live.initrd",
                commandLine: "root=live:{url}/image/live.iso console=ttyS0,115200"),
            NetbootEntry(
                id: "dom0.x86_64-1.0", title: "dom0", kernel: "boot/dom0.kernel", initrd: "boot/dom0.initrd",
                commandLine: "root=netboot kiwiserver={server} x=\"a b\"", hypervisor: "boot/dom0-xen.gz"),
        ], addresses: NetbootAddresses(server: "10.0.0.1", httpPort: 8080))

    @Test func menus() {
        #expect(goldenDifference(menu.pxelinux, "Netboot/pxelinux.cfg") == nil)
        #expect(goldenDifference(menu.grub, "Netboot/grub.cfg") == nil)
        #expect(goldenDifference(menu.ipxe, "Netboot/boot.ipxe") == nil)
        #expect(NetbootMenu(entries: [], addresses: .unknown).pxelinux.contains("DEFAULT") == false)
    }

    @Test func theAddressInGRUB() throws {
        let program = [1, 2] + Array(GrubStart.text.utf8) + [3]
        let patched = try #require(GrubStart.patched(program, server: "192.168.100.200"))
        #expect(patched.count == program.count)
        #expect(String(decoding: patched, as: UTF8.self).contains("set kiwi_server=192.168.100.200 "))
        #expect(GrubStart.patched(patched, server: NetbootAddresses.unknown.server) == program)
        #expect(GrubStart.patched(program, server: String(repeating: "a", count: 65)) == nil)
        #expect(GrubStart.patched(Array("set kiwi_server=x".utf8), server: "a") == nil)
        #expect(NetbootAddresses(String(repeating: "a", count: 65)) == nil)
    }

    @Test func entriesThatALoaderWouldMisread() {
        var entry = menu.entries[0]
        #expect(entry.isPlain)
        entry.commandLine = "a\nLABEL b"
        #expect(!entry.isPlain)
        entry.commandLine = "${net0/mac}"
        #expect(!entry.isPlain)
        entry.commandLine = ""
        entry.id = "a b"
        #expect(!entry.isPlain)
    }

    @Test func whatDnsmasqIsTold() throws {
        let own = InterfaceAddress(address: try #require(IPv4Address("192.168.77.1")), mask: 0xffff_ff00)
        let range = try #require(own.clientRange)
        var service = DHCPService(
            mode: .server(first: range.first, last: range.last), interface: "eth1", own: own,
            addresses: NetbootAddresses(server: "192.168.77.1", httpPort: 8080),
            loaders: NetbootLoaders(
                bios: "pxelinux.0", uefi: NetbootLoaders.grubUEFI, ipxeScript: "boot.ipxe"))
        #expect(
            goldenDifference(service.arguments.joined(separator: "\n") + "\n", "Netboot/dnsmasq-server.txt")
                == nil)
        service.mode = .proxy
        service.loaders.ipxeScript = nil
        #expect(
            goldenDifference(service.arguments.joined(separator: "\n") + "\n", "Netboot/dnsmasq-proxy.txt")
                == nil)
        #expect(InterfaceAddress(address: own.address, mask: 0xffff_fffe).clientRange == nil)
        #expect(InterfaceAddress(address: own.address, mask: 0).clientRange == nil)
    }

    @Test func linesOfDnsmasq() {
        #expect(
            DHCPService.shortened("dnsmasq-dhcp: 12 DHCPACK(tap0) 10.0.0.9") == "12 DHCPACK(tap0) 10.0.0.9")
        #expect(DHCPService.isNews("12 DHCPACK(tap0) 10.0.0.9"))
        #expect(!DHCPService.isNews("12 sent size:  4 option:  1 netmask  255.255.255.0"))
        #expect(DHCPService.isNews("failed to bind DHCP server socket: Address already in use"))
    }

    @Test func addresses() {
        #expect(IPv4Address("192.168.1.5")?.description == "192.168.1.5")
        for text in ["", "1.2.3", "1.2.3.256", "1.2.3.4.5", "+1.2.3.4", "0x1.2.3.4", "1.2.3.0004"] {
            #expect(IPv4Address(text) == nil)
        }
        #expect(NetbootAddresses("a.example:8080")?.url == "http://a.example:8080")
        #expect(NetbootAddresses("10.0.0.1")?.url == "http://10.0.0.1")
        for text in ["", "a b", "a:0", "a:99999", "a:b", "a:1:2", "a/b"] {
            #expect(NetbootAddresses(text) == nil)
        }
    }

    @Test func optionsOfALiveMedium() {
        let text = """
            set timeout=1
            menuentry 'x' --class os {
              linux ($root)/boot/x86_64/loader/linux console=ttyS0,115200 a=b root=live:CDLABEL=L rd.live.image rd.live.overlay.persistent $isoboot
            }
            """
        #expect(NetbootExport.liveWords(inMenu: text) == ["console=ttyS0,115200", "a=b"])
        #expect(NetbootExport.liveWords(inMenu: "") == [])
    }

    @Test func filesOfArchives() {
        let pxe = NetbootSource.keys(ofArchiveFiles: [
            "t.x86_64-1-6.1.kernel", "t.x86_64-1.sha256", "t.x86_64-1.initrd", "t.x86_64-1",
            "t.x86_64-1.append",
            "t.x86_64-1.md5", "config.default", "t.x86_64-1-xen.gz",
        ])
        #expect(
            pxe == [
                "kis_kernel": "t.x86_64-1-6.1.kernel", "kis_sha256": "t.x86_64-1.sha256",
                "kis_initrd": "t.x86_64-1.initrd", "kis_rootfs": "t.x86_64-1",
                "kis_append": "t.x86_64-1.append",
                "kis_md5": "t.x86_64-1.md5", "kis_config": "config.default",
                "kis_hypervisor": "t.x86_64-1-xen.gz",
            ])
        let installer = NetbootSource.keys(ofArchiveFiles: [
            "pxeboot.d.kernel", "pxeboot.d.initrd", "d.append", "d.xz", "d.sha256", "d.initrd",
        ])
        #expect(installer["install_kernel"] == "pxeboot.d.kernel" && installer["install:d.xz"] == "d.xz")
        #expect(installer["install_append"] == "d.append" && installer["kis_initrd"] == nil)
    }

    @Test func treesForNFS() throws {
        for folder in ["/", "/no/such/tree", "/etc", "/usr/lib"] {
            #expect(throws: Failure.self) { try NFSRoot(folder) }
        }
    }

    // MARK: - HTTP

    private func parsed(_ text: String) -> HTTPRequest? { HTTPRequest(parsing: Array(text.utf8)) }

    @Test func requestsOfHTTP() throws {
        let plain = try #require(
            parsed("GET /a%20b//c?x=1 HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1 \r\nCONNECTION: close"))
        #expect(plain.path == "/a b//c" && plain.fields["range"] == "bytes=0-1" && !plain.keepsConnection)
        #expect(parsed("GET http://server:80/x HTTP/1.0")?.path == "/x")
        #expect(parsed("GET http://server HTTP/1.0")?.keepsConnection == false)
        for text in [
            "", "GET", "GET /", "GET / HTTP/2", "GET  / HTTP/1.1", "GET x HTTP/1.1", "GET /%4 HTTP/1.1",
            "GET /%zz HTTP/1.1", "GET /%ff HTTP/1.1", "GET / HTTP/1.1\r\nno colon", "GET / HTTP/1.1\r\n: x",
            "GET /\u{0} HTTP/1.1 x",
        ] { #expect(parsed(text) == nil, "\(text)") }
        #expect(parsed("POST / HTTP/1.1\r\nContent-Length: 5")?.hasBody == true)
    }

    @Test(arguments: [
        ("bytes=0-", HTTPRequest.Part.range(0..<100)), ("bytes=10-19", .range(10..<20)),
        ("bytes=90-500", .range(90..<100)),
        ("bytes=-5", .range(95..<100)), ("bytes=-500", .range(0..<100)), ("bytes=100-", .none),
        ("bytes=-0", .none),
        ("bytes=5-4", .all), ("bytes=a-b", .all), ("bytes=0-1,4-5", .all), ("lines=1-2", .all),
        ("bytes=-", .all),
        ("bytes=0-9223372036854775807", .range(0..<100)), ("bytes=99999999999999999999-", .all),
    ])
    func ranges(text: String, part: HTTPRequest.Part) throws {
        let request = try #require(parsed("GET / HTTP/1.1\r\nRange: \(text)"))
        #expect(request.part(size: 100, tag: "\"1\"") == part)
    }

    @Test func responses() throws {
        let get = try #require(parsed("GET /image/a.iso HTTP/1.1\r\nRange: bytes=5-9\r\nIf-Range: \"64-0\""))
        let response = HTTPResponse(get, size: 100, time: 0)
        let head = String(decoding: response.head(keepsConnection: true), as: UTF8.self)
        #expect(response.range == 5..<10 && head.hasPrefix("HTTP/1.1 206 Partial Content\r\n"))
        for line in [
            "Content-Range: bytes 5-9/100", "Content-Length: 5", "Content-Type: application/vnd.efi-iso",
            "ETag: \"64-0\"",
            "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",
        ] { #expect(head.contains(line + "\r\n"), "\(head)") }
        // The file has changed since the client got its beginning.
        #expect(HTTPResponse(get, size: 100, time: 1).range == 0..<100)
        let only = try #require(parsed("HEAD /a HTTP/1.1"))
        #expect(HTTPResponse(only, size: 7, time: 0).range.isEmpty)
        let beyond = try #require(parsed("GET /a HTTP/1.1\r\nRange: bytes=7-"))
        #expect(HTTPResponse(beyond, size: 7, time: 0).status == .noSuchRange)
    }

    // MARK: - TFTP

    @Test func packets() throws {
        let read = TFTPPacket.read("boot/linux", options: [("blksize", "1468"), ("tsize", "0")])
        #expect(TFTPPacket(read.bytes) == read)
        for packet in [
            TFTPPacket.write("upload/x", options: []), .data(65535, [1, 2, 3]), .acknowledgement(7),
            .error(.full, "full"),
            .options([("tsize", "5")]),
        ] { #expect(TFTPPacket(packet.bytes) == packet) }
        for bytes: [UInt8] in [
            [], [0], [0, 1], [0, 1, 0, 0], [0, 9, 0, 0], [0, 1, 97, 0], [0, 1, 97, 0, 120, 0],
            [0, 1, 255, 0, 111, 0],
        ] { #expect(TFTPPacket(bytes) == nil, "\(bytes)") }
        #expect(TFTPPacket([0, 1] + [UInt8](repeating: 97, count: 2000)) == nil)
    }

    @Test func options() {
        let options = TFTPOptions(
            [
                ("blksize", "99999"), ("windowsize", "1000"), ("tsize", "0"), ("timeout", "3"),
                ("other", "1"), ("blksize", "x"),
            ],
            size: 12345)
        #expect(options.blockSize == 65464 && options.window == 64 && options.timeout == 3)
        #expect(options.accepted.map(\.0) == ["blksize", "windowsize", "tsize", "timeout"])
        #expect(options.accepted[2].1 == "12345")
        #expect(TFTPOptions([("blksize", "7"), ("timeout", "0"), ("tsize", "-1")], size: 1).accepted.isEmpty)
        // A file that comes is confirmed block by block.
        #expect(TFTPOptions([("windowsize", "8"), ("tsize", "9")], size: nil).window == 1)
    }

    @Test func namesOfUploads() throws {
        #expect(try UploadFolder.name("/upload/hwtype.52:54:00:12:34:56") == "hwtype.52:54:00:12:34:56")
        for name in [
            "", "upload", "upload/", "hwtype.x", "KIWI/config.default", "upload/../KIWI/x", "upload/a/b",
            "upload/.ssh",
            "upload/a b", "upload/a\u{0}", "upload/\(String(repeating: "a", count: 101))", "/etc/passwd",
            "upload/$(x)",
        ] { #expect(throws: UploadFolder.Refusal.self, "\(name)") { try UploadFolder.name(name) } }
    }

    @Test func registrations() {
        let text = "NCNAME=till\nIPADDR='10.0.0.7'\nX\u{1b}[2J=1\nlower=x\nA=\u{1b}[31m\n=x\nEMPTY=\n"
        #expect(
            Registration.facts(in: text) == [
                "NCNAME": "till", "IPADDR": "10.0.0.7", "A": "\u{FFFD}[31m", "EMPTY": "",
            ])
    }

    @Test func theLogCannotBeFilled() {
        let lines = Lines()
        let log = ServerLog { lines.add($0) }
        for _ in 0..<5000 { log.write("http", "a\nb\u{1b}[2J") }
        #expect((100...400).contains(lines.all.count))
        #expect(lines.all[0].contains("a\u{FFFD}b\u{FFFD}[2J"))
    }
}
