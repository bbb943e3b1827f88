/// Where clients find a server, as it stands in menus.
public struct NetbootAddresses: Sendable, Hashable, Codable {
    /// An address or a name.
    public var server: String
    public var httpPort: UInt16

    public init(server: String, httpPort: UInt16 = 80) {
        self.server = server
        self.httpPort = httpPort
    }

    /// In place of an address that is not known yet.
    public static let unknown = NetbootAddresses(server: "SERVER")

    /// An address with a port, or without one.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].utf8.count <= GrubStart.room,
            parts[0].utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
                    || $0 == 46
            })
        else { return nil }
        server = String(parts[0])
        httpPort = 80
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0 else { return nil }
            httpPort = port
        }
    }

    /// `http://SERVER[:PORT]`, without a slash at the end.
    public var url: String { "http://\(server)" + (httpPort == 80 ? "" : ":\(httpPort)") }
}
