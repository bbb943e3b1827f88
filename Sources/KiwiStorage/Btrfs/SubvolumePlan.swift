import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The subvolumes of a btrfs root as the description wants them. Pure.
///
/// Paths of subvolumes count from the top level of the file system, without slashes at their ends:
/// `@/var/log`.
public struct SubvolumePlan: Sendable, Encodable {
    public struct Subvolume: Sendable, Encodable {
        public var path: String
        /// Where the system mounts it, `/var/log`; `/` for the root.
        public var mountPoint: String
        /// False: data is written in place (`chattr +C`).
        public var copiesOnWrite = true
        /// Bytes it may hold.
        public var quotaBytes: Int64?
        /// The number for fsck in fstab.
        public var checkOrder = 0
        @Unkeyed public var position: Position?

        /// How many folders lead to it.
        public var depth: Int { path.split(separator: "/").count }

        init(_ path: String, at mountPoint: String, position: Position?) {
            self.path = path
            self.mountPoint = mountPoint
            _position = Unkeyed(wrappedValue: position)
        }
    }

    /// What volumes stand below: `@`; empty for the top level.
    public var base: String
    /// What is mounted at `/`; its path is empty for the top level.
    public var root: Subvolume
    /// By depth of their mount points, then by name.
    public var volumes: [Subvolume]
    /// The root is what a mount without a name gets.
    public var isDefault: Bool
    /// The root is snapper's first snapshot.
    public var isSnapper: Bool
    public var isReadOnly: Bool
    public var hasQuotaGroups: Bool
    /// Of each volume: `fsmountoptions`.
    public var mountOptions: String

    /// - Returns: nil where the description asks for no subvolumes.
    /// - Throws: volumes that cannot be, at their lines.
    public init?(_ image: ResolvedImage) throws(Failure) {
        let type = image.type
        guard type.volumeManagement == .btrfs else { return nil }
        let written = image.volumes.first { $0.isRoot }
        isSnapper = type.flag("btrfs_root_is_snapper_snapshot")
        isReadOnly = isSnapper && type.flag("btrfs_root_is_readonly_snapshot")
        hasQuotaGroups = type.flag("btrfs_quota_groups")
        mountOptions = type.string("fsmountoptions") ?? "defaults"
        base = ""
        if type.flag("btrfs_root_is_subvolume", default: true) {
            // "LVRoot" stands for a root volume without a name of its own.
            base = written.map(\.name).flatMap { ["", "LVRoot"].contains($0) ? nil : $0 } ?? "@"
        } else if isSnapper {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "snapper-root", at: type.position(of: "btrfs_root_is_snapper_snapshot"),
                    "a snapshot as root stands below a root subvolume, and btrfs_root_is_subvolume is false",
                    remedy: "remove btrfs_root_is_subvolume, or btrfs_root_is_snapper_snapshot"))
        }
        isDefault = base.isEmpty || type.flag("btrfs_set_default_volume", default: true)
        base = Self.joined([base])
        root = Subvolume(
            isSnapper ? "\(base)/.snapshots/1/snapshot" : base, at: "/",
            position: written?.position ?? type.systemDisk?.position)
        root.copiesOnWrite = written?.copyOnWrite ?? true
        root.quotaBytes = written?.quotaBytes
        volumes = []
        for volume in image.volumes where !volume.isRoot {
            let parent = volume.parent.isEmpty ? base : volume.parent
            var own = Subvolume(
                Self.joined([parent, volume.path]), at: "/" + Self.joined([volume.path]),
                position: volume.position)
            own.copiesOnWrite = volume.copyOnWrite
            own.quotaBytes = volume.quotaBytes
            own.checkOrder = volume.fileSystemCheck ? 2 : 0
            volumes.append(own)
        }
        volumes.sort { one, other in
            (Self.depth(one.mountPoint), one.mountPoint) < (Self.depth(other.mountPoint), other.mountPoint)
        }
        try check()
    }

    /// snapper's own subvolume, which holds all snapshots.
    public var snapshots: Subvolume? {
        isSnapper ? Subvolume("\(base)/.snapshots", at: "/.snapshots", position: root.position) : nil
    }

    /// Whether a volume has a limit of its own.
    public var hasLimits: Bool { ([root] + volumes).contains { $0.quotaBytes != nil } }

    /// Where a file of the system stands, from the top level with a leading slash: what upstream GRUB
    /// reads.
    public func place(of inside: String) -> String {
        let holder =
            volumes.last { inside == $0.mountPoint || inside.hasPrefix($0.mountPoint + "/") } ?? root
        let rest = holder.mountPoint == "/" ? inside : String(inside.dropFirst(holder.mountPoint.count))
        return (holder.path.isEmpty ? "" : "/\(holder.path)") + rest
    }

    /// Whether a file stands in the root's own subvolume.
    public func isInRoot(_ inside: String) -> Bool {
        place(of: inside) == (root.path.isEmpty ? "" : "/\(root.path)") + inside
    }

    private static func joined(_ parts: [String]) -> String {
        parts.flatMap { $0.split(separator: "/") }.joined(separator: "/")
    }

    private static func depth(_ path: String) -> Int { path.split(separator: "/").count }

    /// Paths stand in fstab, in mount options, in GRUB's menu and on the kernel's command line, none of
    /// which can quote them all.
    private func check() throws(Failure) {
        var seen: [String: Subvolume] = [:]
        for subvolume in [root] + volumes {
            let parts = subvolume.path.split(separator: "/")
            let isSafe = subvolume.path.allSatisfy {
                $0.isLetter || $0.isNumber || "-_.@+/:=%".contains($0)
            }
            guard isSafe, !parts.contains("."), !parts.contains("..") else {
                throw refused(
                    subvolume, "'\(subvolume.path)' cannot be the path of a subvolume",
                    "write a path of letters, digits and -_.@+:=% without '.' and '..'")
            }
            guard subvolume.mountPoint != "/" || subvolume.path == root.path else {
                throw refused(subvolume, "a volume cannot be mounted at '/'", "write name=\"@root\"")
            }
            if let other = seen.updateValue(subvolume, forKey: subvolume.path), !subvolume.path.isEmpty {
                throw refused(
                    subvolume, "the subvolume '\(subvolume.path)' is there twice",
                    "remove one" + (other.position.map { ": the first one is at \($0)" } ?? ""))
            }
        }
    }

    private func refused(_ subvolume: Subvolume, _ text: String, _ remedy: String) -> Failure {
        Failure(
            .descriptionWrong, Diagnostic("subvolume-path", at: subvolume.position, text, remedy: remedy))
    }
}
