import Foundation
import KiwiToolbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Serves the files of a tree over TFTP, and takes registrations into its folder `upload`.
final class TFTPServer: Sendable {
    let port: UInt16
    private let tree: ServedTree
    private let uploads: UploadFolder
    private let log: ServerLog
    private let address: IPv4Address
    private let interface: String?
    private let socket: Int32
    private let clients: ClientCount
    private let isStopping = Mutex(false)

    /// - Parameter port: 0 lets the kernel choose.
    init(
        _ tree: ServedTree, uploads: UploadFolder, address: IPv4Address, port: UInt16,
        interface: String? = nil,
        log: ServerLog, limit: Int = 256, byClient: Int = 16
    ) throws {
        self.tree = tree
        self.uploads = uploads
        self.log = log
        self.address = address
        self.interface = interface
        clients = ClientCount(limit: limit, byClient: byClient)
        socket = try NetworkSocket.bound(stream: false, address: address, port: port, interface: interface)
        self.port = NetworkSocket.port(of: socket)
        NetworkSocket.setTimeouts(socket, seconds: 0.5)
        let thread = Thread { [self] in takeAll() }
        thread.stackSize = 1 << 19
        thread.start()
    }

    /// Ends all transfers and waits for that.
    func stop() {
        isStopping.withLock { $0 = true }
        clients.wait(seconds: 3)
    }

    private var stops: Bool { isStopping.withLock { $0 } }

    private func takeAll() {
        defer { close(socket) }
        var buffer = [UInt8](repeating: 0, count: 2048)
        while !stops {
            var name = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = buffer.withUnsafeMutableBytes { bytes in
                withUnsafeMutablePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(socket, bytes.baseAddress, bytes.count, 0, $0, &size)
                    }
                }
            }
            guard count > 0 else { continue }
            let client = IPv4Address(name)
            let request = TFTPPacket(buffer[..<count])
            switch request {
            case .read, .write: break
            default: continue
            }
            let peer = name
            let isTaken = clients.start(for: client) { [self] in
                guard
                    let transfer = TFTPTransfer(
                        from: address, interface: interface, to: peer, isStopping: { [self] in stops })
                else { return }
                serve(request!, transfer, client)
                close(transfer.socket)
            }
            if !isTaken { log.write("tftp", "\(client) has too many transfers") }
        }
    }

    private func serve(_ request: TFTPPacket, _ transfer: TFTPTransfer, _ client: IPv4Address) {
        let start = ContinuousClock.now
        switch request {
        case .read(let name, let wanted):
            let file: ServedTree.File
            do throws(ServedTree.Refusal) {
                file = try tree.file(name)
            } catch {
                switch error {
                case .missing:
                    log.write("tftp", "\(client) read \(name): not found")
                    return transfer.refuse(.notFound, "file not found")
                case .forbidden(let why):
                    log.write("tftp", "\(client) read \(name): refused, \(why)")
                    return transfer.refuse(.forbidden, "access violation")
                }
            }
            defer { close(file.descriptor) }
            let options = TFTPOptions(wanted, size: file.size)
            let sent = transfer.send(file.descriptor, size: file.size, options)
            // Clients that only want to know the size stop at once.
            log.write(
                "tftp", "\(client) read \(name): \(TransferText.of(bytes: sent, of: file.size, since: start))"
            )
        case .write(let name, let wanted):
            let options = TFTPOptions(wanted, size: nil)
            do throws(UploadFolder.Refusal) {
                var upload = try uploads.begin(name, announced: options.size)
                guard try transfer.receive(into: &upload, options) else {
                    return log.write(
                        "tftp", "\(client) write \(name): ended after \(upload.bytes) bytes, not kept")
                }
                try upload.finish()
                // Only now: a client that is told so may rely on it.
                transfer.acknowledgeLast()
                log.write("tftp", "\(client) write \(name): \(upload.bytes) bytes")
            } catch {
                switch error {
                case .forbidden(let why):
                    log.write("tftp", "\(client) write \(name): refused, \(why)")
                    transfer.refuse(.forbidden, why)
                case .full(let why):
                    log.write("tftp", "\(client) write \(name): refused, \(why)")
                    transfer.refuse(.full, why)
                }
            }
        default: break
        }
    }
}
