import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps a second build out of a target while the first one runs.
///
/// A POSIX record lock on the log file: the kernel drops it with the process,
/// and tells a second one who holds it. Held by the outer process.
public final class TargetLock: Sendable {
    private let descriptor: Int32

    /// - Parameter path: the log file of the build; it is made when missing.
    /// - Throws: `Failure` with exit code 5 that names the holder's process id.
    public init(_ path: String) throws(Failure) {
        try? FileSystem.makeFolder(FileSystem.parent(of: path))
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "unwritable-target", "\(FileError.current("write", path))",
                    remedy: "choose a target folder that you may write to"))
        }
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        guard fcntl(descriptor, F_SETLK, &request) != 0 else { return }
        _ = fcntl(descriptor, F_GETLK, &request)
        close(descriptor)
        throw Failure(
            .targetInUse,
            Diagnostic(
                "target-in-use",
                "another build works in \(FileSystem.parent(of: path)) (process \(request.l_pid))",
                remedy: "wait for it, or choose another target folder"))
    }

    deinit { close(descriptor) }
}
