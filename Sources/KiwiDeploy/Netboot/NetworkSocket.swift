import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What the servers need of sockets.
enum NetworkSocket {
    /// A socket at an address of this machine.
    /// - Parameter interface: nothing that arrives elsewhere is taken, where the kernel allows to say so.
    static func bound(
        stream: Bool, address: IPv4Address, port: UInt16, interface: String? = nil
    ) throws -> Int32 {
        let kind = Int32(stream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue)
        let descriptor = socket(AF_INET, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FileError.current("open a socket for", "\(address):\(port)") }
        if stream { set(descriptor, SO_REUSEADDR, Int32(1)) }
        if let interface {
            _ = setsockopt(
                descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface, socklen_t(interface.utf8.count))
        }
        let code = withName(address, port) { bind(descriptor, $0, $1) }
        guard code == 0 else {
            defer { close(descriptor) }
            throw unusable(address, port, stream: stream, errno)
        }
        return descriptor
    }

    private static func unusable(_ address: IPv4Address, _ port: UInt16, stream: Bool, _ code: Int32)
        -> Failure
    {
        let service = stream ? "HTTP" : "TFTP"
        let option = stream ? "--http-port" : "--tftp-port"
        let remedy =
            switch code {
            case EACCES, EPERM:
                "run it as root, or choose a port above 1023: \(option) \(stream ? 8080 : 6969)"
            case EADDRINUSE: "stop the other server, or choose another port: \(option) N"
            default: "choose an address of this machine"
            }
        return Failure(
            .machineLacks,
            Diagnostic(
                "port",
                "\(service) cannot be served at \(address):\(port): \(String(cString: strerror(code)))",
                remedy: remedy))
    }

    static func set<Value: BitwiseCopyable>(_ descriptor: Int32, _ option: Int32, _ value: Value) {
        var value = value
        _ = setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Value>.size))
    }

    /// Whether somebody takes connections there.
    static func answers(_ address: IPv4Address, _ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        setTimeouts(descriptor, seconds: 1)
        return withName(address, port) { connect(descriptor, $0, $1) } == 0
    }

    private static func withName(
        _ address: IPv4Address, _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.value.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, size) }
        }
    }

    /// How long one call may wait.
    static func setTimeouts(_ descriptor: Int32, seconds: Double) {
        let limit = timeval(
            tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1_000_000))
        set(descriptor, SO_RCVTIMEO, limit)
        set(descriptor, SO_SNDTIMEO, limit)
    }

    /// The port that the kernel has chosen.
    static func port(of descriptor: Int32) -> UInt16 {
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return UInt16(bigEndian: name.sin_port)
    }

    /// Sends all; false when the other side is gone or too slow.
    static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
