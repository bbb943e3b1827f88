import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// A downloaded signing key in the cache: for builds without network.
struct KeptKey: Sendable {
    let path: String

    init(_ address: String, in workspace: Workspace) {
        path = "\(workspace.folders.cache)/keys/\(Digest(ofParts: [address]).hex.prefix(32))"
    }

    /// Failures cost only time later.
    func keep(_ file: String) {
        let partial = "\(path).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        guard (try? FileSystem.makeFolder(FileSystem.parent(of: path))) != nil,
            (try? LocalFile.copyData(file, to: partial)) != nil
        else { return }
        _ = try? FileSystem.rename(partial, to: path)
    }

    /// - Throws: `Failure` when it was never downloaded.
    func take(to target: String, address: String, position: Position?) throws {
        guard LocalFile.isFile(path) else { throw MissingPackages.noKey(address, at: position) }
        try LocalFile.copyData(path, to: target)
    }
}
