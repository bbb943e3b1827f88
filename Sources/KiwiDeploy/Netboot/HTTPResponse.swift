#if canImport(Glibc)
    import Glibc
#endif

/// The head of an HTTP response. Pure.
struct HTTPResponse: Sendable, Equatable {
    enum Status: Int, Sendable {
        case ok = 200
        case partial = 206
        case badRequest = 400
        case forbidden = 403
        case notFound = 404
        case methodNotAllowed = 405
        case tooLarge = 413
        case noSuchRange = 416
        case headTooLarge = 431
        case busy = 503

        var reason: String {
            switch self {
            case .ok: "OK"
            case .partial: "Partial Content"
            case .badRequest: "Bad Request"
            case .forbidden: "Forbidden"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .tooLarge: "Content Too Large"
            case .noSuchRange: "Range Not Satisfiable"
            case .headTooLarge: "Request Header Fields Too Large"
            case .busy: "Service Unavailable"
            }
        }
    }

    var status: Status
    var fields: [(name: String, value: String)] = []
    /// The bytes of the file that follow; empty for a response without a file.
    var range: Range<Int64> = 0..<0

    static func == (left: HTTPResponse, right: HTTPResponse) -> Bool {
        left.status == right.status && left.range == right.range
            && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    /// A response without a file.
    init(_ status: Status) {
        self.status = status
        fields = [("Content-Length", "0")]
        if status == .methodNotAllowed { fields.append(("Allow", "GET, HEAD")) }
    }

    /// A file, or the part of it that was asked for.
    init(_ request: HTTPRequest, size: Int64, time: Int64) {
        let tag = "\"\(String(size, radix: 16))-\(String(time, radix: 16))\""
        switch request.part(size: size, tag: tag) {
        case .none:
            status = .noSuchRange
            fields = [("Content-Length", "0"), ("Content-Range", "bytes */\(size)")]
            return
        case .all:
            status = .ok
            range = 0..<size
        case .range(let wanted):
            status = .partial
            range = wanted
            fields.append(("Content-Range", "bytes \(wanted.lowerBound)-\(wanted.upperBound - 1)/\(size)"))
        }
        fields += [
            ("Content-Length", String(range.count)), ("Content-Type", Self.type(of: request.path)),
            ("Accept-Ranges", "bytes"), ("ETag", tag), ("Last-Modified", Self.date(time)),
        ]
        if request.method == "HEAD" { range = 0..<0 }
    }

    func head(keepsConnection: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nServer: kiwi\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        text += "Connection: \(keepsConnection ? "keep-alive" : "close")\r\n\r\n"
        return Array(text.utf8)
    }

    /// UEFI firmware decides by it how to start a file.
    private static func type(of path: String) -> String {
        if path.hasSuffix(".iso") { return "application/vnd.efi-iso" }
        if path.hasSuffix(".efi") { return "application/efi" }
        if path.hasSuffix(".ipxe") || path.hasSuffix(".cfg") || path.contains("/KIWI/") {
            return "text/plain"
        }
        return "application/octet-stream"
    }

    private static func date(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
