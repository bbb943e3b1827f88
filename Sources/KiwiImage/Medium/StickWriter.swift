import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Writes an image to a stick, or to a file that stands for one. What was there is lost.
public struct StickWriter: Sendable {
    /// Where it goes, absolute paths.
    public enum Target: Sendable, Hashable {
        case device(RemovableDevice)
        case file(String)
    }

    public var image: String
    public var target: Target

    /// Finds the target and looks whether it may be written.
    /// - Parameters:
    ///   - name: `sdb`, `/dev/sdb`, a link to that, or the path of a file.
    ///   - anyDevice: disks that are built in too.
    public init(
        _ image: String, to name: String, anyDevice: Bool,
        devices: (String) -> RemovableDevice? = { .one($0) }
    ) throws(Failure) {
        self.image = image
        guard let size = FileSystem.size(of: image), size > 0, FileSystem.isRegularFile(image) else {
            throw Self.refused("no-file", "there is no image '\(image)'", "name the file of a build")
        }
        let isName = !name.contains("/")
        let path = FileSystem.realPath(isName ? "/dev/\(name)" : name) ?? name
        if let device = devices(FileSystem.name(of: path)), isName || path.hasPrefix("/dev/") {
            guard device.isRemovable || anyDevice else {
                throw Self.refused(
                    "stick-built-in", "\(device.text) is not removable: it may be a disk of this machine",
                    "name a stick; to write it all the same: --any-device")
            }
            guard device.bytes >= size else {
                throw Self.refused(
                    "stick-too-small",
                    "\(device.text) is too small: \(FileSystem.name(of: image)) has \(SpaceCheck.binarySize(size))",
                    "take a larger stick")
            }
            target = .device(device)
        } else if isName || path.hasPrefix("/dev/") {
            throw Self.refused(
                "stick-none", "there is no disk '\(name)'",
                "'kiwi image write IMAGE' lists what there is; a file has its folder before its name: ./FILE")
        } else {
            guard !FileSystem.exists(path) || FileSystem.isRegularFile(path),
                path != FileSystem.realPath(image)
            else {
                throw Self.refused("stick-none", "'\(name)' is neither a disk nor a file", "name a stick")
            }
            if let room = FileSystem.size(of: path), room > 0, room < size {
                throw Self.refused(
                    "stick-too-small",
                    "the file \(name) has \(room) bytes, \(FileSystem.name(of: image)) \(size)",
                    "take a larger one, or remove it")
            }
            target = .file(path)
        }
    }

    private static func refused(_ code: String, _ message: String, _ remedy: String) -> Failure {
        Failure(.usage, Diagnostic(code, message, remedy: remedy))
    }

    /// Bytes in one piece.
    private static let piece = 4 << 20

    /// Writes, and comes back when everything is on the stick.
    /// - Parameter progress: bytes done and bytes in all.
    public func run(progress: (Int64, Int64) -> Void = { _, _ in }) throws {
        let (path, flags): (String, Int32) =
            switch target {
            // Nobody else may have it mounted.
            case .device(let device): ("/dev/\(device.name)", O_WRONLY | O_EXCL)
            case .file(let path): (path, O_WRONLY | O_CREAT)
            }
        let input = open(image, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileError.current("read", image) }
        defer { close(input) }
        let output = open(path, flags | O_CLOEXEC, 0o644)
        guard output >= 0 else {
            let problem = FileError.current("write", path)
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "stick-open", "\(problem)",
                    remedy: problem.code == EBUSY
                        ? "unmount its partitions" : "do this as root, or as a user who may write to it"))
        }
        defer { close(output) }
        let all = FileSystem.size(of: image) ?? 0
        var done: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: Self.piece)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw FileError.current("read", image) }
            if count == 0 { break }
            var written = 0
            while written < count {
                let more = buffer.withUnsafeBytes {
                    write(output, $0.baseAddress! + written, count - written)
                }
                guard more > 0 else { throw FileError.current("write", path) }
                written += more
            }
            done += Int64(count)
            progress(done, all)
        }
        guard fsync(output) == 0 else { throw FileError.current("write", path) }
        try clearEnd(output, path, from: done)
    }

    /// A second GPT of what was there before would be taken for this image's.
    private func clearEnd(_ output: Int32, _ path: String, from end: Int64) throws {
        let size = Int64(lseek(output, 0, SEEK_END))
        let start = max(end, size - (1 << 20))
        guard size > start else { return }
        let zeros = [UInt8](repeating: 0, count: Int(size - start))
        let count = zeros.withUnsafeBytes { pwrite(output, $0.baseAddress, $0.count, off_t(start)) }
        guard count == zeros.count, fsync(output) == 0 else { throw FileError.current("write", path) }
    }
}
