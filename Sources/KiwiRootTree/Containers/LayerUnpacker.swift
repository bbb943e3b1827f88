import CKiwiLinux
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Lays the layers of a container image over each other in a folder. Nothing in a layer can
/// reach what lies outside.
struct LayerUnpacker {
    let root: String
    /// Bytes that may still be written.
    private var space: Int64
    private var entriesLeft = 10_000_000
    /// Folders get their times when nothing is put into them any more.
    private var folderTimes: [RawPath: timespec] = [:]
    private(set) var notes: [String] = []
    private let removals: Removals

    /// What happens to marks of what layers take away.
    enum Removals {
        /// What is there goes.
        case done
        /// They become marks of overlayfs: the folder is a layer of a stack of ours.
        case marked
    }

    /// - Parameter space: how many bytes the layers may take.
    init(root: String, space: Int64, removals: Removals = .done) {
        self.root = root
        self.space = space
        self.removals = removals
    }

    /// Lays one layer over what is there.
    /// - Returns: SHA-256 of its tar archive.
    mutating func apply(_ descriptor: Int32) throws -> Digest {
        var reader = TarReader(descriptor)
        var made: Set<RawPath> = []
        while let member = try reader.next() {
            entriesLeft -= 1
            guard entriesLeft > 0 else { throw TarFailure("it has too many members") }
            let written = try Self.path(member.path)
            if written.name.starts(with: Self.whiteout) {
                try erase(written, made)
                continue
            }
            let path = try resolve(written.parent, makingFolders: true).appending(written.name)
            try put(member, at: written.bytes.isEmpty ? RawPath([]) : path, &reader)
            made.insert(path)
        }
        return try reader.finish()
    }

    /// Gives all folders their times, after the last layer.
    func finish() {
        for (path, time) in folderTimes { setTime(path, time) }
    }

    // MARK: Names

    private static let whiteout = Array(".wh.".utf8)
    private static let opaque = Array(".wh..wh..opq".utf8)

    /// A member's name without `./` and the last slash.
    static func path(_ name: [UInt8]) throws -> RawPath {
        let text = String(decoding: name, as: UTF8.self)
        if name.first == RawPath.slash { throw TarFailure("the name '\(text)' is absolute") }
        let parts = name.split(separator: RawPath.slash).filter { !$0.elementsEqual(".".utf8) }
        if parts.contains(where: { $0.elementsEqual("..".utf8) }) {
            throw TarFailure("the name '\(text)' leads out of the archive")
        }
        if parts.contains(where: { $0.count > 255 + whiteout.count }) || name.count > 4096 {
            throw TarFailure("the name '\(text.prefix(60))...' is too long")
        }
        return RawPath(Array(parts.joined(separator: [RawPath.slash])))
    }

    /// The real folder behind a path: symlinks are followed inside the tree.
    private func resolve(_ path: RawPath, makingFolders: Bool = false) throws -> RawPath {
        var pending = path.bytes.split(separator: RawPath.slash).map(Array.init)[...]
        var done = RawPath([])
        var links = 0
        while let name = pending.popFirst() {
            if name.elementsEqual(".".utf8) { continue }
            if name.elementsEqual("..".utf8) {
                guard !done.bytes.isEmpty else {
                    throw TarFailure("'\(path.text)' leads out of the tree by a symlink")
                }
                done = done.parent
                continue
            }
            let next = done.appending(name)
            switch kind(next) {
            case S_IFLNK:
                links += 1
                guard links <= 40, let target = next.linkTarget(below: root) else {
                    throw TarFailure("'\(path.text)' has symlinks in a circle")
                }
                if target.first == RawPath.slash { done = RawPath([]) }
                pending = (target.split(separator: RawPath.slash).map(Array.init) + pending)[...]
            case nil where makingFolders:
                guard mkdir(next.place(below: root), 0o755) == 0 else {
                    throw FileError.current("make", next.text)
                }
                done = next
            default: done = next
            }
        }
        return done
    }

    private func kind(_ path: RawPath) -> mode_t? {
        var facts = stat()
        return lstat(path.place(below: root), &facts) == 0 ? facts.st_mode & S_IFMT : nil
    }

    // MARK: What goes

    private mutating func erase(_ mark: RawPath, _ made: Set<RawPath>) throws {
        let folder = try resolve(mark.parent, makingFolders: removals == .marked)
        if mark.name == Self.opaque {
            if removals == .marked { return try hide(below: folder) }
            guard kind(folder) == S_IFDIR else { return }
            for name in try folder.names(below: root) {
                try remove(folder.appending(name), keeping: made)
            }
            return
        }
        let name = Array(mark.name.dropFirst(Self.whiteout.count))
        // Other names with this start belong to a file system that no longer exists.
        if name.isEmpty || name.starts(with: Self.whiteout) || name == [0x2e] || name == [0x2e, 0x2e] {
            return
        }
        let path = folder.appending(name)
        try remove(path, keeping: made)
        // What overlayfs knows as "is gone".
        if removals == .marked, mknod(path.place(below: root), S_IFCHR, 0) != 0 {
            throw FileError.current("make", path.text)
        }
    }

    /// What layers below have in this folder is not seen.
    private func hide(below folder: RawPath) throws {
        let name = Stacking.opaqueAttribute
        guard kiwi_set_attribute(folder.place(below: root), name, Array("y".utf8), 1) == 0 else {
            throw FileError.current("set the attribute \(name) of", folder.text)
        }
    }

    /// Removes what earlier layers left.
    private mutating func remove(_ path: RawPath, keeping made: Set<RawPath> = []) throws {
        if made.contains(path) {
            guard kind(path) == S_IFDIR else { return }
            for name in try path.names(below: root) { try remove(path.appending(name), keeping: made) }
            return
        }
        guard let kind = kind(path) else { return }
        if kind == S_IFDIR {
            for name in try path.names(below: root) { try remove(path.appending(name), keeping: made) }
            folderTimes[path] = nil
            guard rmdir(path.place(below: root)) == 0 || errno == ENOTEMPTY else {
                throw FileError.current("remove", path.text)
            }
        } else {
            guard unlink(path.place(below: root)) == 0 else { throw FileError.current("remove", path.text) }
        }
    }

    // MARK: What comes

    private mutating func put(_ member: TarMember, at path: RawPath, _ reader: inout TarReader) throws {
        let place = path.place(below: root)
        if member.kind == .folder {
            if kind(path) != S_IFDIR {
                try remove(path)
                guard mkdir(place, 0o755) == 0 else { throw FileError.current("make", path.text) }
            }
            folderTimes[path] = member.time
            return try finish(member, path)
        }
        guard !path.bytes.isEmpty else { throw TarFailure("the tree itself is no folder") }
        if member.kind == .hardLink {
            let target = try Self.path(member.linkTarget)
            let first = try resolve(target.parent).appending(target.name)
            guard let found = kind(first), found != S_IFDIR else {
                throw TarFailure("'\(path.text)' is a link to '\(target.text)', which is not there")
            }
            if first == path { return }
            try remove(path)
            guard link(first.place(below: root), place) == 0 else {
                throw FileError.current("link", path.text)
            }
            return
        }
        try remove(path)
        switch member.kind {
        case .symlink:
            let target = (member.linkTarget + [0]).map { CChar(bitPattern: $0) }
            guard symlink(target, place) == 0 else { throw FileError.current("link", path.text) }
        case .pipe:
            guard mkfifo(place, 0o600) == 0 else { throw FileError.current("make", path.text) }
        case .characterDevice, .blockDevice:
            let type = member.kind == .blockDevice ? S_IFBLK : S_IFCHR
            let major = UInt64(member.major)
            let minor = UInt64(member.minor)
            let device = (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xff) << 12
            guard mknod(place, type | 0o600, dev_t(device)) == 0 else {
                guard errno == EPERM else { throw FileError.current("make", path.text) }
                // It stays in the base's own layer.
                notes.append("device node /\(path.text) cannot be made here")
                return
            }
        default: try write(member, to: place, path, &reader)
        }
        try finish(member, path)
        setTime(path, member.time)
    }

    private mutating func write(
        _ member: TarMember, to place: [CChar], _ path: RawPath, _ reader: inout TarReader
    ) throws {
        space -= member.size
        guard space >= 0 else {
            throw TarFailure("it unpacks to more than there is room for ('\(path.text)')")
        }
        let descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.current("write", path.text) }
        defer { close(descriptor) }
        guard let size = member.sparseSize else {
            while case let bytes = try reader.content(1 << 18), !bytes.isEmpty {
                try write(bytes, descriptor, path)
            }
            return
        }
        let parts = try reader.sparseParts(of: member, size)
        for part in parts {
            guard lseek(descriptor, Int(part.offset), SEEK_SET) == Int(part.offset) else {
                throw FileError.current("write", path.text)
            }
            var left = part.size
            while left > 0 {
                let bytes = try reader.content(Int(min(left, 1 << 18)))
                guard !bytes.isEmpty else { throw TarFailure("'\(path.text)' is shorter than it says") }
                try write(bytes, descriptor, path)
                left -= Int64(bytes.count)
            }
        }
        guard ftruncate(descriptor, Int(size)) == 0 else { throw FileError.current("write", path.text) }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32, _ path: RawPath) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError.current("write", path.text) }
            rest = rest.dropFirst(count)
        }
    }

    /// Owner, mode and attributes.
    private mutating func finish(_ member: TarMember, _ path: RawPath) throws {
        let place = path.place(below: root)
        guard lchown(place, member.userID, member.groupID) == 0 else {
            throw FileError.current("give /\(path.text) to \(member.userID):\(member.groupID):", root)
        }
        if member.kind != .symlink {
            guard chmod(place, member.mode) == 0 else { throw FileError.current("change mode of", path.text) }
        }
        for (name, value) in member.attributes {
            // These would mislead the stack of layers, or belong to another machine.
            if name.contains(".overlay.") { continue }
            if removals == .done, name.hasPrefix("trusted.") || name == "security.selinux" { continue }
            if kiwi_set_attribute(place, name, value, UInt(value.count)) != 0 {
                notes.append("/\(path.text): \(name) cannot be set")
            }
        }
    }

    private func setTime(_ path: RawPath, _ time: timespec) {
        utimensat(AT_FDCWD, path.place(below: root), [time, time], AT_SYMLINK_NOFOLLOW)
    }
}
