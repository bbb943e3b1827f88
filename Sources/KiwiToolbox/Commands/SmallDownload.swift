import Foundation
import KiwiDiagnostics

/// Fetches one small file over https by `curl`, before a build starts.
public enum SmallDownload {
    /// Seconds until a download is given up.
    public static let timeout = 30

    /// The bytes of a file; follows redirections to https only.
    ///
    /// - Throws: `download-failed` with what curl says; credentials of the URL are not shown.
    public static func fetch(_ url: String, limit: Int) throws(Diagnostic) -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kiwi-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch { throw Diagnostic("download-failed", "no temporary folder: \(error.localizedDescription)") }
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("file").path
        // The address is read from a file: arguments of processes are public, it may hold a password.
        let settings = folder.appendingPathComponent("settings").path
        let quoted = url.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        guard !url.contains(where: \.isNewline),
            (try? FileSystem.write("url = \"\(quoted)\"\n", to: settings, mode: 0o600)) != nil
        else { throw Diagnostic("download-failed", "the address cannot be used") }
        let result = SynchronousProcess.run(arguments(settings: settings, output: file, limit: limit))
        guard result.exitCode == 0 else {
            let said =
                result.output.split(separator: "\n").last.map(String.init)
                ?? "curl ended with \(result.exitCode)"
            throw Diagnostic("download-failed", said.replacing(url, with: "the address"))
        }
        guard let bytes = try? FileSystem.readBytes(file, limit: limit) else {
            throw Diagnostic("download-failed", "the file has more than \(limit) bytes, or none")
        }
        return bytes
    }

    static func arguments(settings: String, output: String, limit: Int) -> [String] {
        [
            "curl", "--disable", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
            "--proto", "=https", "--proto-redir", "=https", "--connect-timeout", "10", "--max-time",
            String(timeout), "--max-filesize", String(limit), "--output", output, "--config", settings,
        ]
    }
}
