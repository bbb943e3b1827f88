import Foundation
import Testing

@testable import KiwiDeploy

/// The servers with real sockets, and clients that mean well or not.
@Suite(.serialized) struct NetbootServersTests {
    private static func noise(_ count: Int) -> [UInt8] {
        var value: UInt32 = 1
        return (0..<count).map { _ in
            value = value &* 1_664_525 &+ 1_013_904_223
            return UInt8(value >> 24)
        }
    }

    /// Every way out of the folder that was thought of.
    static let ways = [
        "/../tree-secret", "/boot/../../outside/secret", "/%2e%2e/outside/secret", "/..%2foutside/secret",
        "//../outside/secret",
        "/boot/./../../outside/secret", "/link/secret", "/file", "/absolute", "/boot/up/outside/secret",
        "/chain",
        "/upload/hwtype.x", "/./upload/hwtype.x", "//upload//hwtype.x", "/.hidden", "/boot/.hidden/x",
        "/private", "/pipe",
        "/boot", "/", "/proc/self/environ", "/etc/passwd", "/boot/linux/x", "/tree/boot/linux",
        "/\(String(repeating: "a", count: 5000))", "/\(String(repeating: "../", count: 200))etc/passwd",
    ]

    private func trap(_ fixture: ServerFixture) throws {
        let tree = "\(fixture.folder)/tree"
        try fixture.write(Array("kernel".utf8), to: "boot/linux")
        try fixture.write(Array("secret".utf8), to: "private", mode: 0o600)
        try fixture.write(Array("secret".utf8), to: ".hidden")
        try fixture.write(Array("secret".utf8), to: "upload/hwtype.x")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: "\(tree)/link", withDestinationPath: "../outside")
        try files.createSymbolicLink(
            atPath: "\(tree)/file", withDestinationPath: "\(fixture.folder)/outside/secret")
        try files.createSymbolicLink(atPath: "\(tree)/absolute", withDestinationPath: "/etc/passwd")
        try files.createSymbolicLink(atPath: "\(tree)/boot/up", withDestinationPath: "../..")
        try files.createSymbolicLink(
            atPath: "\(tree)/chain", withDestinationPath: "link/../../outside/secret")
        try files.createSymbolicLink(atPath: "\(tree)/inside", withDestinationPath: "boot/linux")
        mkfifo("\(tree)/pipe", 0o644)
    }

    @Test func nothingOutsideIsReadOverHTTP() throws {
        let fixture = try ServerFixture()
        try trap(fixture)
        for path in Self.ways {
            let answer = fixture.get(path)
            #expect(
                ["403", "404"].contains(answer.dropFirst(9).prefix(3)),
                "\(path.prefix(80)): \(answer.prefix(100))")
            #expect(!answer.contains("secret") && !answer.contains("root:"))
        }
        #expect(fixture.get("/boot/linux").hasSuffix("\r\n\r\nkernel"))
        #expect(fixture.get("/inside").hasSuffix("\r\n\r\nkernel"))
    }

    @Test func nothingOutsideIsReadOverTFTP() throws {
        let fixture = try ServerFixture()
        try trap(fixture)
        for path in Self.ways where path.utf8.count < 400 {
            let name = path.removingPercentEncoding ?? path
            guard case .failure(let failure) = TFTPClient(fixture).read(name) else {
                Issue.record("\(path) was read")
                continue
            }
            #expect(failure.code == .notFound || failure.code == .forbidden, "\(path): \(failure)")
        }
        #expect(TFTPClient(fixture).read("/boot//linux") == .success(Array("kernel".utf8)))
        #expect(TFTPClient(fixture).read("boot/linux\u{0}.txt") != .success(Array("secret".utf8)))
    }

    @Test func filesAreWhole() throws {
        let fixture = try ServerFixture()
        for size in [0, 1, 511, 512, 513, 1024, 100_000] {
            let bytes = Self.noise(size)
            try fixture.write(bytes, to: "image/a")
            #expect(TFTPClient(fixture).read("image/a") == .success(bytes), "\(size)")
            #expect(
                TFTPClient(fixture).read(
                    "image/a", [("blksize", "1468"), ("tsize", "0"), ("windowsize", "8")]) == .success(bytes))
        }
        // More blocks than the protocol has numbers for.
        let large = Self.noise(8 * 70_000 + 3)
        try fixture.write(large, to: "image/a")
        #expect(
            TFTPClient(fixture).read("image/a", [("blksize", "8"), ("windowsize", "64")]) == .success(large))
    }

    @Test func lostPacketsAreSentAgain() throws {
        let fixture = try ServerFixture()
        let bytes = Self.noise(5000)
        try fixture.write(bytes, to: "image/a")
        #expect(TFTPClient(fixture).read("image/a", dropping: 7) == .success(bytes))
        #expect(TFTPClient(fixture).read("image/a", [("windowsize", "4")], dropping: 9) == .success(bytes))
    }

    @Test func rangesOverHTTP() throws {
        let fixture = try ServerFixture()
        try fixture.write(Array("0123456789".utf8), to: "image/a")
        #expect(fixture.get("/image/a", "Range: bytes=4-6\r\n").hasSuffix("\r\n\r\n456"))
        #expect(fixture.get("/image/a", "Range: bytes=-2\r\n").hasSuffix("\r\n\r\n89"))
        #expect(fixture.get("/image/a", "Range: bytes=10-\r\n").hasPrefix("HTTP/1.1 416 "))
        // Two requests through one connection.
        let both = fixture.raw(
            "HEAD /image/a HTTP/1.1\r\n\r\nGET /image/a HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(
            both.components(separatedBy: "HTTP/1.1 200 OK").count == 3 && both.hasSuffix("\r\n\r\n0123456789")
        )
    }

    @Test func clientsBehindAProxy() throws {
        let server = try ServerFixture()
        try server.write(Array("hello".utf8), to: "boot/file")
        // Longer than the first line may be, in one piece with it.
        let field = "X: \(String(repeating: "x", count: 200))\r\n"
        let request = "GET /boot/file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(field)\r\n"
        func ask(_ line: String) -> String { server.raw(line + request, port: server.behind.port) }
        #expect(ask("PROXY TCP4 10.1.2.3 10.0.0.1 40000 443\r\n").hasSuffix("\r\n\r\nhello"))
        #expect(server.lines.all.contains { $0.contains("https 10.1.2.3 GET /boot/file: 200") })
        for line in ["", "PROXY UNKNOWN\r\n", "PROXY TCP4 x y 1 2\r\n", String(repeating: "P", count: 300)] {
            #expect(ask(line) == "")
        }
        #expect(
            HTTPServer.forwarded(Array("PROXY TCP4 1.2.3.4 5.6.7.8 1 2".utf8)[...]) == IPv4Address("1.2.3.4"))
        #expect(HTTPServer.forwarded(Array("PROXY TCP6 ::1 ::1 1 2".utf8)[...]) == nil)
    }

    @Test func placesOfClients() {
        let places = ClientCount.Places(byClient: 1)
        #expect(places.enter(.loopback))
        #expect(!places.enter(.loopback))
        #expect(places.enter(.any))
        places.leave(.loopback)
        #expect(places.enter(.loopback))
    }

    @Test func nothingIsChangedOverHTTP() throws {
        let fixture = try ServerFixture()
        for method in ["PUT", "POST", "DELETE", "MOVE", "PATCH", "OPTIONS", "CONNECT", "get"] {
            #expect(
                fixture.raw("\(method) /upload/hwtype.x HTTP/1.1\r\nContent-Length: 1\r\n\r\nx").hasPrefix(
                    "HTTP/1.1 405 "))
        }
        #expect(
            fixture.raw("GET / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
        #expect(fixture.raw(String(repeating: "a", count: 40_000)).hasPrefix("HTTP/1.1 431 "))
        #expect(fixture.raw("nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
        #expect(fixture.raw("").isEmpty)
        #expect(fixture.uploads.isEmpty)
    }

    @Test func registrationsArrive() throws {
        let fixture = try ServerFixture()
        let bytes = Self.noise(2048)
        #expect(TFTPClient(fixture).write("upload/hwtype.52:54:00:12:34:56", bytes) == nil)
        #expect(
            FileManager.default.contents(atPath: "\(fixture.folder)/tree/upload/hwtype.52:54:00:12:34:56")
                == Data(bytes))
        // Again, in larger blocks: it is replaced.
        let second = Self.noise(100)
        #expect(
            TFTPClient(fixture).write(
                "/upload/hwtype.52:54:00:12:34:56", second, [("blksize", "1024"), ("tsize", "100")]) == nil)
        #expect(fixture.uploads == ["hwtype.52:54:00:12:34:56"])
        #expect(
            FileManager.default.contents(atPath: "\(fixture.folder)/tree/upload/hwtype.52:54:00:12:34:56")
                == Data(second))
    }

    @Test func nothingIsWrittenElsewhere() throws {
        let fixture = try ServerFixture()
        try trap(fixture)
        for name in [
            "KIWI/config.default", "boot/linux", "upload/../KIWI/config.default",
            "upload/../../outside/secret", "/etc/kiwi-netboot-test",
            "hwtype.x", "upload/", "upload/a/b", "upload/.profile", "link/new", "UPLOAD/x",
        ] {
            let failure = TFTPClient(fixture).write(name, [1])
            #expect(failure?.code == .forbidden, "\(name): \(String(describing: failure))")
        }
        #expect(
            FileManager.default.contents(atPath: "\(fixture.folder)/tree/boot/linux") == Data("kernel".utf8))
        // A link that somebody has put there is replaced, not followed.
        try FileManager.default.createSymbolicLink(
            atPath: "\(fixture.folder)/tree/upload/hwtype.y",
            withDestinationPath: "\(fixture.folder)/outside/secret")
        #expect(TFTPClient(fixture).write("upload/hwtype.y", [1, 2]) == nil)
        #expect(
            FileManager.default.contents(atPath: "\(fixture.folder)/outside/secret") == Data("secret".utf8))
    }

    @Test func giantUploadsAreRefused() throws {
        var limits = UploadFolder.Limits()
        limits.bytes = 10_000
        let fixture = try ServerFixture(limits: limits)
        #expect(TFTPClient(fixture).write("upload/hwinfo.x", Self.noise(10_001))?.code == .full)
        #expect(TFTPClient(fixture).write("upload/hwinfo.x", [1], [("tsize", "99999999999")])?.code == .full)
        #expect(TFTPClient(fixture).write("upload/hwinfo.x", Self.noise(10_000)) == nil)
        #expect(fixture.uploads == ["hwinfo.x"])
    }

    @Test func thousandsOfRegistrations() throws {
        var limits = UploadFolder.Limits()
        limits.files = 50
        let fixture = try ServerFixture(limits: limits)
        let start = ContinuousClock.now
        var refused = 0
        for number in 0..<3000 where TFTPClient(fixture).write("upload/hwtype.\(number)", [1])?.code == .full
        { refused += 1 }
        #expect(fixture.uploads.count == 50 && refused == 2950)
        // One that is there may still say something new.
        #expect(TFTPClient(fixture).write("upload/hwtype.7", [1, 2]) == nil)
        #expect(start.duration(to: .now) < .seconds(60))
        #expect(fixture.lines.all.count < 3000)
    }

    @Test func clientsThatStopInTheMiddle() throws {
        var limits = UploadFolder.Limits()
        limits.parallel = 4
        let fixture = try ServerFixture(limits: limits)
        let gone = (0..<6).map { _ in TFTPClient(fixture) }
        var answers: [TFTPPacket?] = []
        for (number, client) in gone.enumerated() {
            client.send(.write("upload/hwtype.\(number)", options: []))
            answers.append(client.take())
        }
        let taken = answers.filter { $0 == .acknowledgement(0) }.count
        #expect(taken == 4, "\(answers)")
        // An error from the client ends its transfer at once.
        for client in gone { client.send(.error(.other, "never mind")) }
        usleep(300_000)
        #expect(TFTPClient(fixture).write("upload/hwtype.9", [1]) == nil)
        #expect(fixture.uploads == ["hwtype.9"])
    }

    @Test func packetsThatMeanNothing() throws {
        let fixture = try ServerFixture()
        try fixture.write([1], to: "image/a")
        let client = TFTPClient(fixture)
        for count in 0..<200 { client.send((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }) }
        client.send([0, 1] + [UInt8](repeating: 0, count: 600))
        client.send(.data(1, [1]))
        #expect(TFTPClient(fixture).read("image/a") == .success([1]))
    }

    @Test func oneClientCannotTakeAllPlaces() throws {
        let log = Lines()
        let count = ClientCount(limit: 10, byClient: 3)
        let gate = DispatchSemaphore(value: 0)
        var started = 0
        for _ in 0..<20 where count.start(for: .loopback, { gate.wait() }) { started += 1 }
        #expect(started == 3)
        #expect(count.start(for: IPv4Address(value: 1)) { log.add("other") })
        for _ in 0..<3 { gate.signal() }
        count.wait(seconds: 5)
        #expect(log.all == ["other"])
        #expect(count.start(for: .loopback) {})
    }

    @Test func stoppingEndsTransfersAndFreesThePort() throws {
        let fixture = try ServerFixture()
        try fixture.write(Self.noise(1 << 20), to: "image/a")
        TFTPClient(fixture).send(.read("image/a", options: []))
        let start = ContinuousClock.now
        fixture.http.stop()
        fixture.tftp.stop()
        #expect(start.duration(to: .now) < .seconds(3))
        usleep(600_000)
        let again = try NetworkSocket.bound(stream: false, address: .loopback, port: fixture.tftp.port)
        close(again)
    }
}
