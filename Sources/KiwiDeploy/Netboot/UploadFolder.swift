import CKiwiLinux
import KiwiToolbox
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The one folder that clients write to: `upload/` of a server's tree.
public final class UploadFolder: Sendable {
    /// How much clients may leave.
    public struct Limits: Sendable, Equatable {
        /// Bytes of one file. A list of all hardware is about 1 MiB.
        public var bytes: Int64 = 4 << 20
        /// Files in the folder.
        public var files = 1000
        /// Uploads at the same time.
        public var parallel = 32

        public init() {}
    }

    /// Why a client's file is not taken.
    enum Refusal: Error, Equatable {
        case forbidden(String)
        case full(String)
    }

    let limits: Limits
    private let folder: Int32
    private let path: String
    private let running = Mutex((count: 0, serial: 0))

    private static let temporary = ".part."

    public init(of tree: ServedTree, limits: Limits) throws {
        self.limits = limits
        path = "\(tree.path)/upload"
        folder = try tree.subfolder("upload")
        removeParts()
    }

    deinit { close(folder) }

    /// Whether clients may give a file this path: in the folder itself, with a plain name.
    static func name(_ request: String) throws(Refusal) -> String {
        let parts = request.split(separator: "/").filter { $0 != "." }
        guard parts.count == 2, parts[0] == "upload" else {
            throw .forbidden("files are taken in upload/ only")
        }
        let name = parts[1]
        let isPlain = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || "._:-".utf8.contains($0)
        }
        guard isPlain, !name.hasPrefix("."), name.utf8.count <= 100 else {
            throw .forbidden("a name of letters, digits and . _ : - is needed")
        }
        return String(name)
    }

    /// A file that grows out of sight until it is complete.
    struct Upload: ~Copyable {
        fileprivate let owner: UploadFolder
        let name: String
        fileprivate let part: String
        fileprivate let descriptor: Int32
        private(set) var bytes: Int64 = 0

        fileprivate init(owner: UploadFolder, name: String, part: String, descriptor: Int32) {
            self.owner = owner
            self.name = name
            self.part = part
            self.descriptor = descriptor
        }

        mutating func append(_ data: ArraySlice<UInt8>) throws(Refusal) {
            bytes += Int64(data.count)
            guard bytes <= owner.limits.bytes else {
                throw .full("more than \(owner.limits.bytes) bytes")
            }
            var rest = data
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { throw .full(String(cString: strerror(errno))) }
                rest = rest.dropFirst(count)
            }
        }

        /// Gives it its name; an older file of that name is replaced.
        func finish() throws(Refusal) {
            guard renameat(owner.folder, part, owner.folder, name) == 0 else {
                throw .forbidden(String(cString: strerror(errno)))
            }
        }

        deinit {
            close(descriptor)
            unlinkat(owner.folder, part, 0)
            owner.running.withLock { $0.count -= 1 }
        }
    }

    func begin(_ request: String, announced: Int64?) throws(Refusal) -> Upload {
        let name = try Self.name(request)
        if let announced, announced > limits.bytes {
            throw .full("\(announced) bytes, more than \(limits.bytes)")
        }
        let names = self.names()
        if !names.contains(name), names.count >= limits.files {
            throw .full("the folder has \(names.count) files already")
        }
        let serial: Int? = running.withLock { state in
            guard state.count < limits.parallel else { return nil }
            state.count += 1
            state.serial += 1
            return state.serial
        }
        guard let serial else { throw .full("too many uploads at the same time") }
        let part = "\(Self.temporary)\(getpid()).\(serial)"
        let descriptor = kiwi_open_beneath(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            running.withLock { $0.count -= 1 }
            throw .forbidden(String(cString: strerror(errno)))
        }
        return Upload(owner: self, name: name, part: part, descriptor: descriptor)
    }

    private func names() -> [String] {
        ((try? FileSystem.names(in: "/proc/self/fd/\(folder)")) ?? []).filter {
            !$0.hasPrefix(Self.temporary)
        }
    }

    /// What uploads that were cut off by force have left.
    private func removeParts() {
        for name in (try? FileSystem.names(in: "/proc/self/fd/\(folder)")) ?? []
        where name.hasPrefix(Self.temporary) { unlinkat(folder, name, 0) }
    }
}
