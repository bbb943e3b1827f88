#if canImport(Glibc)
    import Glibc
#endif

/// A failed file operation: what was done to which path and why it failed.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    public var operation: String
    public var path: String
    public var code: Int32

    public init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The error of the system call that just failed.
    public static func current(_ operation: String, _ path: String) -> FileError {
        FileError(operation, path, code: errno)
    }

    public var description: String { "\(operation) \(path): \(String(cString: strerror(code)))" }
}
