import KiwiDiagnostics
import KiwiToolbox

/// Signing keys as files.
enum AptKey {
    /// `asc` for armoured keys, `gpg` for binary ones: apt goes by the ending.
    static func ending(ofFile path: String) throws -> String {
        let start = try LocalFile.readBytes(path, limit: 64)
        return String(decoding: start, as: UTF8.self).hasPrefix("-----BEGIN") ? "asc" : "gpg"
    }

    static func download(
        _ address: String, to path: String, for entry: AptSources.Entry, _ position: Position?,
        state: AptState
    ) async throws {
        let kept = KeptKey(address, in: state.workspace)
        if state.workspace.settings.offline {
            return try kept.take(to: path, address: address, position: position ?? entry.position)
        }
        do {
            try await state.workspace.runner.run(
                state.call(AptTool.helper, ["-q", "download-file", address, path]))
            kept.keep(path)
        } catch let failure as ToolFailure {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "missing-signing-key", at: position ?? entry.position,
                    "signing key '\(RepositoryAddress.masked(address))' of repository '\(entry.alias)' "
                        + "could not be downloaded",
                    remedy: "correct the address, or keep the key beside the description and use file:",
                    notes: failure.lastLines.suffix(3)))
        }
    }
}

/// Programs of the machine's apt.
enum AptTool {
    /// apt's downloader; it is not in PATH.
    static let helper = "/usr/lib/apt/apt-helper"
}
