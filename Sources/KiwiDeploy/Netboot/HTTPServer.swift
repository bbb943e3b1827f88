import Foundation
import KiwiToolbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Serves the files of a tree over HTTP: GET and HEAD, with ranges. Nothing can be changed through it.
final class HTTPServer: Sendable {
    let port: UInt16
    private let tree: ServedTree
    private let log: ServerLog
    private let listener: Int32
    private let clients: ClientCount
    /// With TLS in front: each connection begins with a line that names the client (PROXY protocol, version 1).
    private let isBehindProxy: Bool
    private let origins: ClientCount.Places
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var connections: Set<Int32> = []
    }

    /// Seconds a client may keep silent, and one write may take.
    private static let patience = 60.0

    /// Starts to listen.
    /// - Parameter port: 0 lets the kernel choose.
    init(
        _ tree: ServedTree, address: IPv4Address, port: UInt16, interface: String? = nil, log: ServerLog,
        limit: Int = 512, byClient: Int = 64, isBehindProxy: Bool = false
    ) throws {
        self.isBehindProxy = isBehindProxy
        self.tree = tree
        self.log = log
        // Behind a proxy the connections of all clients come from one address.
        clients = ClientCount(limit: limit, byClient: isBehindProxy ? limit : byClient)
        origins = ClientCount.Places(byClient: byClient)
        listener = try NetworkSocket.bound(stream: true, address: address, port: port, interface: interface)
        self.port = NetworkSocket.port(of: listener)
        guard listen(listener, 128) == 0 else {
            defer { close(listener) }
            throw FileError.current("listen at", "\(address):\(port)")
        }
        let thread = Thread { [self] in acceptAll() }
        thread.stackSize = 1 << 19
        thread.start()
    }

    /// Ends all connections and waits for that.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        // Wakes up accept().
        shutdown(listener, Int32(SHUT_RDWR))
        clients.wait(seconds: 3)
    }

    private func acceptAll() {
        defer { close(listener) }
        while true {
            var name = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let connection = withUnsafeMutablePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { accept(listener, $0, &size) }
            }
            let isStopping = state.withLock { state in
                if !state.isStopping, connection >= 0 { state.connections.insert(connection) }
                return state.isStopping
            }
            if isStopping {
                if connection >= 0 { close(connection) }
                return
            }
            guard connection >= 0 else {
                // Too many files are open: some will be closed.
                if errno != EINTR, errno != ECONNABORTED { usleep(100_000) }
                continue
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            NetworkSocket.setTimeouts(connection, seconds: Self.patience)
            let client = IPv4Address(name)
            let isTaken = clients.start(for: client) { [self] in
                isBehindProxy ? serveForwarded(connection) : serve(connection, client)
                finish(connection)
            }
            if !isTaken {
                refuse(connection, client)
                finish(connection)
            }
        }
    }

    /// What TLS in front has accepted.
    private func serveForwarded(_ connection: Int32) {
        var buffer: [UInt8] = []
        guard let client = Self.forwarded(connection, &buffer) else { return }
        guard origins.enter(client) else { return refuse(connection, client) }
        defer { origins.leave(client) }
        serve(connection, client, buffer)
    }

    private func refuse(_ connection: Int32, _ client: IPv4Address) {
        log.write(service, "\(client) has too many connections")
        _ = NetworkSocket.send(HTTPResponse(.busy).head(keepsConnection: false), to: connection)
    }

    private var service: String { isBehindProxy ? "https" : "http" }

    /// The client that the first line names; nil when it names none. What comes after stays in the buffer.
    private static func forwarded(_ connection: Int32, _ buffer: inout [UInt8]) -> IPv4Address? {
        while true {
            // The longest line of the protocol.
            if let end = buffer.prefix(107).firstRange(of: [13, 10]) {
                defer { buffer.removeFirst(end.upperBound) }
                return forwarded(buffer[..<end.lowerBound])
            }
            guard buffer.count < 107, receive(connection, into: &buffer) else { return nil }
        }
    }

    /// The client of `PROXY TCP4 10.0.0.9 10.0.0.1 40000 443`.
    static func forwarded(_ line: ArraySlice<UInt8>) -> IPv4Address? {
        let words = String(decoding: line, as: UTF8.self).split(
            separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0] == "PROXY", words[1] == "TCP4" else { return nil }
        return IPv4Address(String(words[2]))
    }

    /// - Returns: whether something came.
    private static func receive(_ connection: Int32, into buffer: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = piece.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            if count < 0, errno == EINTR { continue }
            if count > 0 { buffer += piece[..<count] }
            return count > 0
        }
    }

    private func finish(_ connection: Int32) {
        state.withLock { _ = $0.connections.remove(connection) }
        close(connection)
    }

    private func serve(_ connection: Int32, _ client: IPv4Address, _ start: [UInt8] = []) {
        var buffer = start
        for _ in 0..<1000 {
            switch Self.head(connection, &buffer) {
            case .closed: return
            case .tooLong:
                log.write(service, "\(client) sent a request without an end")
                _ = NetworkSocket.send(
                    HTTPResponse(.headTooLarge).head(keepsConnection: false), to: connection)
                return
            case .head(let bytes):
                guard answer(bytes, connection, client) else { return }
            }
        }
    }

    private enum Head {
        case head([UInt8])
        case closed
        case tooLong
    }

    /// The bytes up to an empty line; what comes after stays in the buffer.
    private static func head(_ connection: Int32, _ buffer: inout [UInt8]) -> Head {
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            if let end = buffer.firstRange(of: [13, 10, 13, 10]) {
                defer { buffer.removeFirst(end.upperBound) }
                return .head(Array(buffer[..<end.lowerBound]))
            }
            if buffer.count > HTTPRequest.maximumBytes { return .tooLong }
            if ContinuousClock.now > deadline { return .closed }
            guard receive(connection, into: &buffer) else { return .closed }
        }
    }

    /// - Returns: whether the connection may go on.
    private func answer(_ head: [UInt8], _ connection: Int32, _ client: IPv4Address) -> Bool {
        func refuse(_ status: HTTPResponse.Status, _ what: String, keeps: Bool = false) -> Bool {
            log.write(service, "\(client) \(what): \(status.rawValue) \(status.reason)")
            return NetworkSocket.send(HTTPResponse(status).head(keepsConnection: keeps), to: connection)
                && keeps
        }
        guard let request = HTTPRequest(parsing: head) else {
            return refuse(.badRequest, "a request that is none")
        }
        let what = "\(request.method) \(request.path)"
        guard request.method == "GET" || request.method == "HEAD" else {
            return refuse(.methodNotAllowed, what)
        }
        guard !request.hasBody else { return refuse(.tooLarge, what) }
        let file: ServedTree.File
        do throws(ServedTree.Refusal) {
            file = try tree.file(request.path)
        } catch {
            switch error {
            case .missing: return refuse(.notFound, what, keeps: request.keepsConnection)
            case .forbidden(let why):
                return refuse(.forbidden, "\(what) (\(why))", keeps: request.keepsConnection)
            }
        }
        defer { close(file.descriptor) }
        let response = HTTPResponse(request, size: file.size, time: file.time)
        let start = ContinuousClock.now
        guard NetworkSocket.send(response.head(keepsConnection: request.keepsConnection), to: connection)
        else {
            return false
        }
        let sent = Self.send(response.range, of: file.descriptor, to: connection)
        let part = response.status == .ok ? "" : " from \(response.range.lowerBound)"
        log.write(
            service,
            "\(client) \(what)\(part): \(response.status.rawValue), "
                + TransferText.of(bytes: sent, of: Int64(response.range.count), since: start))
        return sent == Int64(response.range.count) && request.keepsConnection
    }

    /// - Returns: how many bytes were sent.
    private static func send(_ range: Range<Int64>, of file: Int32, to connection: Int32) -> Int64 {
        var offset = off_t(range.lowerBound)
        while offset < range.upperBound {
            let count = sendfile(connection, file, &offset, min(Int(range.upperBound) - offset, 8 << 20))
            if count < 0, errno == EINTR { continue }
            // A file that has become shorter ends too soon as well.
            if count <= 0 { break }
        }
        return Int64(offset) - range.lowerBound
    }
}

/// What the log says of a transfer.
enum TransferText {
    static func of(bytes: Int64, of all: Int64, since start: ContinuousClock.Instant) -> String {
        let time = start.duration(to: .now)
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let tenths = (seconds * 10).rounded() / 10
        return bytes == all ? "\(bytes) bytes in \(tenths) s" : "ended after \(bytes) of \(all) bytes"
    }
}
