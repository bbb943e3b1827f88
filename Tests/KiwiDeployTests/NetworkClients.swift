import Foundation
import Synchronization

@testable import KiwiDeploy

#if canImport(Glibc)
    import Glibc
#endif

/// Lines that arrive from several threads.
final class Lines: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
}

/// A boot server at a free port of this machine, on a folder of its own.
final class ServerFixture {
    let folder: String
    let lines = Lines()
    let http: HTTPServer
    let tftp: TFTPServer
    /// As it would be behind stunnel.
    let behind: HTTPServer

    init(limits: UploadFolder.Limits = .init()) throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("netboot-\(UUID().uuidString)").path
        for name in ["tree/boot", "tree/image", "tree/KIWI", "tree/upload", "outside"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try "secret".write(toFile: "\(folder)/outside/secret", atomically: false, encoding: .utf8)
        try "secret".write(toFile: "\(folder)/tree-secret", atomically: false, encoding: .utf8)
        let lines = lines
        let log = ServerLog { lines.add($0) }
        let tree = try ServedTree("\(folder)/tree")
        http = try HTTPServer(tree, address: .loopback, port: 0, log: log)
        behind = try HTTPServer(
            tree, address: .loopback, port: 0, log: log, byClient: 2, isBehindProxy: true)
        tftp = try TFTPServer(
            tree, uploads: UploadFolder(of: tree, limits: limits), address: .loopback, port: 0, log: log)
    }

    deinit {
        http.stop()
        behind.stop()
        tftp.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o644) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/tree/\(name)"))
        chmod("\(folder)/tree/\(name)", mode)
    }

    var uploads: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/tree/upload")) ?? []).sorted()
    }

    /// Sends bytes as they are and reads until the server closes.
    func raw(_ text: String, closing: Bool = true, port: UInt16? = nil) -> String {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        NetworkSocket.setTimeouts(connection, seconds: 10)
        var name = Self.address(port ?? http.port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
        }
        _ = NetworkSocket.send(Array(text.utf8), to: connection)
        if closing { shutdown(connection, Int32(SHUT_WR)) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = piece.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            if count <= 0 { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func get(_ path: String, _ fields: String = "") -> String {
        raw("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(fields)\r\n")
    }

    static func address(_ port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = IPv4Address.loopback.value.bigEndian
        return name
    }
}

/// A TFTP client for tests: one transfer.
final class TFTPClient {
    private let socket: Int32
    private var server: sockaddr_in
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)

    init(_ fixture: ServerFixture) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        server = ServerFixture.address(fixture.tftp.port)
        NetworkSocket.setTimeouts(socket, seconds: 5)
    }

    deinit { close(socket) }

    func send(_ packet: TFTPPacket) { send(packet.bytes) }

    func send(_ bytes: [UInt8]) {
        withUnsafePointer(to: &server) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                _ = bytes.withUnsafeBytes {
                    sendto(
                        socket, $0.baseAddress, $0.count, 0, name, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// The next packet; answers go to its port from now on.
    func take() -> TFTPPacket? {
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = buffer.withUnsafeMutableBytes { bytes in
            withUnsafeMutablePointer(to: &server) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, bytes.baseAddress, bytes.count, 0, $0, &size)
                }
            }
        }
        return count > 0 ? TFTPPacket(buffer[..<count]) : nil
    }

    /// The bytes of a file, or the error.
    /// - Parameter dropping: every so many blocks count as lost.
    func read(_ name: String, _ options: [(String, String)] = [], dropping: Int = 0) -> Result<
        [UInt8], TFTPFailure
    > {
        send(.read(name, options: options))
        var bytes: [UInt8] = []
        var last: UInt16 = 0
        var blockSize = 512
        var window = 1
        var unconfirmed = 0
        var received = 0
        while let packet = take() {
            switch packet {
            case .error(let code, let text): return .failure(TFTPFailure(code: code, text: text))
            case .options(let taken):
                for (key, value) in taken {
                    if key == "blksize" { blockSize = Int(value)! }
                    if key == "windowsize" { window = Int(value)! }
                }
                send(.acknowledgement(0))
            case .data(let number, let data):
                received += 1
                if dropping > 0, received % dropping == 0 { continue }
                if number == last &+ 1 {
                    bytes += data
                    last = number
                    unconfirmed += 1
                    if data.count < blockSize {
                        send(.acknowledgement(last))
                        return .success(bytes)
                    }
                    if unconfirmed == window {
                        send(.acknowledgement(last))
                        unconfirmed = 0
                    }
                } else if unconfirmed > 0 || number != last {
                    send(.acknowledgement(last))
                    unconfirmed = 0
                }
            default: break
            }
        }
        return .failure(TFTPFailure(code: .other, text: "silence"))
    }

    /// Sends a file; nil when the server has taken it.
    func write(_ name: String, _ bytes: [UInt8], _ options: [(String, String)] = []) -> TFTPFailure? {
        send(.write(name, options: options))
        var blockSize = 512
        var next: UInt16 = 0
        var rest = bytes[...]
        while let packet = take() {
            switch packet {
            case .error(let code, let text): return TFTPFailure(code: code, text: text)
            case .options(let taken):
                for (key, value) in taken where key == "blksize" { blockSize = Int(value)! }
            case .acknowledgement(let number) where number == next:
                if next > 0, rest.count < blockSize { return nil }
                if next > 0 { rest = rest.dropFirst(blockSize) }
            default: continue
            }
            next &+= 1
            send(.data(next, rest.prefix(blockSize)))
        }
        return TFTPFailure(code: .other, text: "silence")
    }
}

struct TFTPFailure: Error, Equatable {
    var code: TFTPError
    var text: String
}
