import CKiwiLinux

#if canImport(Glibc)
    import Glibc
#endif

/// An IPv4 address.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// In the byte order of this machine.
    public var value: UInt32

    public init(value: UInt32) { self.value = value }

    /// Four decimal numbers between dots.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(byte)
        }
        self.value = value
    }

    init(_ address: sockaddr_in) { value = UInt32(bigEndian: address.sin_addr.s_addr) }

    public var description: String {
        [24, 16, 8, 0].map { String(value >> UInt32($0) & 0xff) }.joined(separator: ".")
    }

    static let any = IPv4Address(value: 0)
    static let loopback = IPv4Address(value: 0x7f00_0001)
}

/// The address of an interface and the network it belongs to.
public struct InterfaceAddress: Hashable, Sendable {
    public var address: IPv4Address
    public var mask: UInt32

    public init(address: IPv4Address, mask: UInt32) {
        self.address = address
        self.mask = mask
    }

    /// The first IPv4 address of an interface of this machine; nil when it has none.
    public init?(interface: String) {
        var address: UInt32 = 0
        var mask: UInt32 = 0
        guard kiwi_interface_address(interface, &address, &mask) == 0 else { return nil }
        self.init(address: IPv4Address(value: UInt32(bigEndian: address)), mask: UInt32(bigEndian: mask))
    }

    var network: IPv4Address { IPv4Address(value: address.value & mask) }

    /// Addresses for clients: the upper half of the network, without its last address and the interface's own
    /// neighbours below. nil when the network has less than eight addresses.
    public var clientRange: (first: IPv4Address, last: IPv4Address)? {
        let size = ~mask
        guard size >= 7, size < 1 << 24 else { return nil }
        let half = network.value + size / 2 + 1
        let last = network.value + size - 1
        // dnsmasq gives nobody its own address.
        return (IPv4Address(value: half), IPv4Address(value: min(last, half + 4095)))
    }
}
