import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// `kiwi.result.json` of a target folder, written by this program or by kiwi-ng.
///
/// It may have been written by anybody: its paths are never followed. A result is the regular file
/// of that name in the target folder itself, so that a folder that was moved works too.
public struct ResultList: Sendable, Hashable {
    public struct Entry: Sendable, Hashable, Codable {
        public var compress: Bool
        /// The path as it is written in the list.
        public var filename: String
        public var shasum: Bool
        public var useForBundle: Bool

        public init(compress: Bool, filename: String, shasum: Bool, useForBundle: Bool) {
            self.compress = compress
            self.filename = filename
            self.shasum = shasum
            self.useForBundle = useForBundle
        }

        enum CodingKeys: String, CodingKey {
            case compress, filename, shasum
            case useForBundle = "use_for_bundle"
        }

        /// The last part of the path.
        public var name: String { FileSystem.name(of: filename) }
    }

    /// Entries by KIWI's key, for example `live_image`.
    public var entries: [String: Entry]
    public var bundleFormat: BundleFormat?

    public static let fileName = "kiwi.result.json"

    /// Reads the list of a target folder.
    /// - Throws: `Failure` when there is none, or when it is damaged or names what no build names.
    public init(of folder: String) throws(Failure) {
        let file = "\(folder)/\(Self.fileName)"
        guard FileSystem.isFile(file) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "result-missing", "\(folder) has no \(Self.fileName)",
                    remedy: "name the --target-dir of a build that succeeded"))
        }
        guard let bytes = try? FileSystem.readBytes(file, limit: 1 << 20) else {
            throw Self.damaged(file, "it cannot be read or is larger than 1 MiB")
        }
        try self.init(parsing: bytes, file: file)
    }

    init(parsing bytes: [UInt8], file: String) throws(Failure) {
        let table: [String: Item]
        do {
            table = try JSONDecoder().decode([String: Item].self, from: Data(bytes))
        } catch {
            throw Self.damaged(file, "it is no list of results")
        }
        entries = table.compactMapValues { if case .entry(let entry) = $0 { entry } else { nil } }
        bundleFormat =
            table.values.lazy.compactMap { if case .format(let format) = $0 { format } else { nil } }
            .first
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let parts = entry.filename.split(separator: "/", omittingEmptySubsequences: false)
            if parts.contains("..") || !Self.isPlain(entry.name) || parts.last?.isEmpty ?? true {
                throw Self.damaged(
                    file, "the file name of '\(Self.shown(key))' is not one that a build writes")
            }
        }
    }

    /// The file of an entry in its target folder.
    /// - Throws: `Failure` when it is missing or no regular file.
    public static func file(of entry: Entry, in folder: String) throws(Failure) -> String {
        let path = "\(folder)/\(entry.name)"
        guard FileSystem.isRegularFile(path) else {
            let state = FileSystem.exists(path) ? "is no regular file" : "is missing"
            throw Failure(
                .usage,
                Diagnostic(
                    "result-file", "the result \(path) \(state)",
                    remedy: "build again, or name the folder that the results were moved to"))
        }
        return path
    }

    /// Whether a text can be the name of a file in a folder: no slash, no control characters.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && !name.unicodeScalars.contains { $0.value < 32 || $0.value == 127 || $0 == "/" }
    }

    private static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 }.prefix(60)))
    }

    private static func damaged(_ file: String, _ reason: String) -> Failure {
        Failure(
            .usage,
            Diagnostic(
                "result-damaged", "\(file) cannot be used: \(reason)",
                remedy: "run the build again; it writes the file anew"))
    }

    private enum Item: Decodable {
        case entry(Entry)
        case format(BundleFormat)
        case other

        init(from decoder: any Decoder) throws {
            if let entry = try? Entry(from: decoder) {
                self = .entry(entry)
            } else if let format = try? BundleFormat(from: decoder) {
                self = .format(format)
            } else {
                self = .other
            }
        }
    }
}
