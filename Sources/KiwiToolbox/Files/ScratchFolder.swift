#if canImport(Glibc)
    import Glibc
#endif

/// A new folder that only its maker knows, for files of one piece of work.
public struct ScratchFolder: Sendable {
    public let path: String

    /// - Parameter parent: an existing folder.
    public init(in parent: String) throws {
        var template = Array("\(parent)/work.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError.current("make a folder in", parent) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes it with all it holds.
    public func remove() { try? FileSystem.removeTree(path) }
}
