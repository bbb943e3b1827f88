import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The signing keys of a request as files.
struct RpmKeys: Sendable {
    /// Absolute paths.
    var files: [String] = []
    var digests: [String] = []

    /// Copies or downloads every key into a folder.
    static func provide(_ keys: [Located<String>], in folder: String, _ workspace: Workspace) async throws
        -> RpmKeys
    {
        try FileSystem.makeFolder(folder)
        var result = RpmKeys()
        for (index, key) in keys.enumerated() {
            let path = "\(folder)/\(index).key"
            switch RepositoryAddress(key.value) {
            case .local(let source)?:
                guard FileSystem.exists(source) else {
                    throw Failure(
                        .descriptionWrong,
                        Diagnostic(
                            "missing-signing-key", at: key.position, "signing key '\(source)' does not exist",
                            remedy: "correct the path of <signing key=\"…\"/>"))
                }
                try LocalFile.copyData(source, to: path)
            case .remote(let address, let login)?:
                try await download(address, login, to: path, key, workspace)
            default:
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "missing-signing-key", at: key.position,
                        "nobody knows the address '\(RepositoryAddress.masked(key.value))' of a signing key",
                        remedy: "write file:, http: or https:"))
            }
            result.files.append(path)
            result.digests.append(try Digest(ofFile: path).hex)
        }
        return result
    }

    private static func download(
        _ address: String, _ login: RepositoryAddress.Login?, to path: String, _ key: Located<String>,
        _ workspace: Workspace
    ) async throws {
        let kept = KeptKey(address, in: workspace)
        if workspace.settings.offline {
            return try kept.take(to: path, address: address, position: key.position)
        }
        var call = ToolCall(
            "curl", ["-q", "--fail", "--silent", "--show-error", "--location", "--output", path])
        if let login {
            workspace.log.hide(login.password)
            // Not on the command line, where everybody could read it.
            call.arguments += ["--config", "-"]
            let user = "\(login.user):\(login.password)".replacing("\\", with: "\\\\").replacing(
                "\"", with: "\\\"")
            call.input = .text("user = \"\(user)\"\n")
        }
        call.arguments += ["--", address]
        do {
            try await workspace.runner.run(call)
            kept.keep(path)
        } catch let failure as ToolFailure {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "missing-signing-key", at: key.position,
                    "signing key '\(RepositoryAddress.masked(address))' could not be downloaded",
                    remedy: "correct the address, or keep the key beside the description and use file:",
                    notes: failure.lastLines.suffix(3)))
        }
    }
}
