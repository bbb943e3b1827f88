import KiwiDescription
import KiwiDiagnostics

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A repository's `source@path`, understood.
enum RepositoryAddress: Hashable, Sendable {
    /// http, https or ftp, without credentials.
    case remote(String, login: Login?)
    /// An absolute path of the build machine.
    case local(String)
    /// The archive this machine installs from.
    case buildHost

    struct Login: Hashable, Sendable {
        var user: String
        var password: String

        /// `user:password` as it stands in an address.
        var quoted: String {
            [user, password].map { text in
                text.utf8.map { byte in
                    let isPlain =
                        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                        || (0x61...0x7a).contains(byte) || "-._~".utf8.contains(byte)
                    let code = String(byte, radix: 16, uppercase: true)
                    return isPlain ? String(UnicodeScalar(byte)) : "%" + (code.count == 1 ? "0" : "") + code
                }.joined()
            }.joined(separator: ":")
        }
    }

    /// The same remote address without its login.
    static func withoutLogin(_ text: String) -> String {
        if case .remote(let address, _)? = RepositoryAddress(text) { address } else { text }
    }

    /// Reads an address after the mirror rules were applied.
    /// - Returns: nil for a scheme nobody knows.
    init?(_ text: String, obsDownloadURL: String? = nil) {
        if text.hasPrefix("/") {
            self = .local(text)
            return
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon].lowercased()
        var rest = String(text[text.index(after: colon)...])
        switch scheme {
        case "buildhost": self = .buildHost
        case "file", "dir":
            if rest.hasPrefix("//") { rest.removeFirst(2) }
            guard rest.hasPrefix("/") else { return nil }
            self = .local(rest)
        case "http", "https", "ftp":
            guard rest.hasPrefix("//") else { return nil }
            let (login, plain) = Self.divide(rest.dropFirst(2))
            self = .remote("\(scheme)://" + Self.withoutCredentialsQuery(plain), login: login)
        case "obs":
            guard let obsDownloadURL, rest.hasPrefix("//") else { return nil }
            let project = rest.dropFirst(2).replacing(":", with: ":/")
            self = .remote(obsDownloadURL + (obsDownloadURL.hasSuffix("/") ? "" : "/") + project, login: nil)
        default: return nil
        }
    }

    /// Splits `user:password@host/path`.
    private static func divide(_ text: Substring) -> (Login?, String) {
        let authority = text.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return (nil, String(text)) }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        func decoded(_ part: Substring?) -> String {
            part.map { String($0).removingPercentEncoding ?? String($0) } ?? ""
        }
        let login = Login(user: decoded(parts.first), password: decoded(parts.count > 1 ? parts[1] : nil))
        return (login, String(text[text.index(after: at)...]))
    }

    private static func withoutCredentialsQuery(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?"), text[mark...].hasPrefix("?credentials=") else {
            return text
        }
        return String(text[..<mark])
    }

    /// The address with `user:password@` replaced by `******@`.
    static func masked(_ text: String) -> String {
        guard let start = text.range(of: "://")?.upperBound else { return text }
        let authority = text[start...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<start] + "******" + text[at...]
    }
}

extension Repository {
    /// The description's alias, else one derived from what the repository is.
    var stableAlias: String {
        if let alias, !alias.isEmpty { return alias }
        return "kiwi-" + RepositoryAlias.derived(from: self)
    }
}
