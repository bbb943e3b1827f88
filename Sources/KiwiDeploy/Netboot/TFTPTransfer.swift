#if canImport(Glibc)
    import Glibc
#endif

/// One transfer with one client, from a port of its own.
struct TFTPTransfer {
    let socket: Int32
    private let isStopping: () -> Bool
    private var last = LastBlock()

    /// How often something is sent again before the client counts as gone.
    private static let attempts = 6

    private final class LastBlock { var number: UInt16 = 0 }

    /// nil when no socket is left.
    init?(
        from address: IPv4Address, interface: String?, to peer: sockaddr_in, isStopping: @escaping () -> Bool
    ) {
        guard
            let socket = try? NetworkSocket.bound(
                stream: false, address: address, port: 0, interface: interface)
        else { return nil }
        self.socket = socket
        self.isStopping = isStopping
        var name = peer
        // From now on the kernel drops what others send.
        let code = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(socket)
            return nil
        }
    }

    func refuse(_ error: TFTPError, _ text: String) { put(.error(error, text)) }

    private func put(_ packet: TFTPPacket) {
        let bytes = packet.bytes
        _ = bytes.withUnsafeBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    private enum Answer {
        case packet(TFTPPacket)
        case silence
        case gone
    }

    private func take(_ buffer: inout [UInt8]) -> Answer {
        let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        if isStopping() { return .gone }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .silence : .gone }
        guard let packet = TFTPPacket(buffer[..<count]) else { return .silence }
        if case .error = packet { return .gone }
        return .packet(packet)
    }

    /// Sends a file.
    /// - Returns: how many bytes the client has confirmed.
    func send(_ file: Int32, size: Int64, _ options: TFTPOptions) -> Int64 {
        NetworkSocket.setTimeouts(socket, seconds: Double(options.timeout))
        var buffer = [UInt8](repeating: 0, count: 1024)
        let blockSize = Int64(options.blockSize)
        // The last block is shorter than the others, so that the client knows it.
        let count = size / blockSize + 1
        var confirmed: Int64 = options.accepted.isEmpty ? 0 : -1
        var attempts = 0
        var block = [UInt8](repeating: 0, count: options.blockSize)
        while confirmed < count {
            if confirmed < 0 {
                put(.options(options.accepted))
            } else {
                for index in confirmed..<min(confirmed + Int64(options.window), count) {
                    let wanted = Int(min(blockSize, size - index * blockSize))
                    let got = block.withUnsafeMutableBytes {
                        pread(file, $0.baseAddress, wanted, off_t(index * blockSize))
                    }
                    guard got == wanted else {
                        refuse(.other, "the file has changed")
                        return max(0, confirmed) * blockSize
                    }
                    put(.data(UInt16(truncatingIfNeeded: index + 1), block[..<wanted]))
                }
            }
            // Answers to what was sent before are passed over: each of them would double the traffic.
            let target = confirmed
            let limit = ContinuousClock.now + .seconds(options.timeout)
            waiting: while confirmed == target {
                switch take(&buffer) {
                case .gone: return max(0, confirmed) * blockSize
                case .silence: break waiting
                case .packet(.acknowledgement(let number)):
                    if confirmed < 0 {
                        if number == 0 { confirmed = 0 }
                    } else {
                        let ahead = Int64(number &- UInt16(truncatingIfNeeded: confirmed))
                        if (1...Int64(options.window)).contains(ahead), confirmed + ahead <= count {
                            confirmed += ahead
                        }
                    }
                case .packet: break
                }
                if ContinuousClock.now > limit { break waiting }
            }
            attempts = confirmed == target ? attempts + 1 : 0
            if attempts >= Self.attempts { return max(0, confirmed) * blockSize }
        }
        return size
    }

    /// Takes a file.
    /// - Returns: whether all of it has come. Its last block is not confirmed yet.
    func receive(into upload: inout UploadFolder.Upload, _ options: TFTPOptions) throws(UploadFolder.Refusal)
        -> Bool
    {
        NetworkSocket.setTimeouts(socket, seconds: Double(options.timeout))
        var buffer = [UInt8](repeating: 0, count: options.blockSize + 4)
        var done: UInt16 = 0
        var answer: TFTPPacket = options.accepted.isEmpty ? .acknowledgement(0) : .options(options.accepted)
        put(answer)
        var attempts = 0
        // Also a client that sends one byte a second comes to an end.
        let deadline = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < deadline {
            switch take(&buffer) {
            case .gone: return false
            case .silence:
                attempts += 1
                if attempts >= Self.attempts { return false }
                put(answer)
            case .packet(.data(let number, let data)):
                guard number == done &+ 1 else {
                    // Our confirmation was lost.
                    if number == done, attempts < Self.attempts {
                        attempts += 1
                        put(answer)
                    }
                    continue
                }
                attempts = 0
                try upload.append(data)
                done = number
                answer = .acknowledgement(number)
                if data.count < options.blockSize {
                    last.number = number
                    return true
                }
                put(answer)
            case .packet: break
            }
        }
        return false
    }

    func acknowledgeLast() { put(.acknowledgement(last.number)) }
}
