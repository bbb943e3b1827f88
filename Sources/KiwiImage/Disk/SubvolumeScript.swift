import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What a helper machine does to make the subvolumes of an empty btrfs on `/dev/vdb` and to fill them with
/// the tree at `/source`. Pure.
struct SubvolumeScript: Sendable {
    var plan: SubvolumePlan
    /// Seconds since 1970: the date of snapper's first snapshot.
    var clock: Int64

    /// Programs it calls beside those that copy.
    static let programs =
        ["mkdir", "chmod"].map {
            ToolRequirement($0, package: "coreutils", to: "make folders in the helper machine")
        } + [
            ToolRequirement("btrfs", package: "btrfs-progs", to: "make subvolumes in the helper machine"),
            ToolRequirement("chattr", package: "e2fsprogs", to: "switch copy on write off"),
        ]

    /// Bash; the first command that fails ends the guest.
    var lines: [String] {
        ["mkdir /top", "mount -t btrfs -o subvolid=5 /dev/vdb /top"] + quotaLines + makingLines
            + defaultLines + mountLines + FileSystemWriter.copyLines + endingLines
    }

    private func top(_ path: String) -> String { ToolCall.quoted(path.isEmpty ? "/top" : "/top/\(path)") }

    private func target(_ volume: SubvolumePlan.Subvolume) -> String {
        ToolCall.quoted("/target" + (volume.mountPoint == "/" ? "" : volume.mountPoint))
    }

    /// Full accounting where groups are asked for; for limits alone the simple one, which is cheaper and
    /// new in Linux 6.7.
    private var quotaLines: [String] {
        if plan.hasQuotaGroups { return ["btrfs quota enable /top", "btrfs quota rescan -w /top"] }
        return plan.hasLimits
            ? ["btrfs quota enable --simple /top 2>/dev/null || btrfs quota enable /top"] : []
    }

    private var makingLines: [String] {
        var lines: [String] = []
        if !plan.base.isEmpty, plan.isSnapper { lines += creation(of: plan.base) }
        if let snapshots = plan.snapshots {
            lines += creation(of: snapshots.path)
            lines += ["chmod 700 \(top(snapshots.path))", "mkdir \(top(snapshots.path + "/1"))"]
            let words = snapshotInfo.map(ToolCall.quoted).joined(separator: " ")
            lines.append("printf '%s\\n' \(words) >\(top(snapshots.path + "/1/info.xml"))")
            if plan.hasQuota { lines.append("btrfs qgroup create 1/0 /top") }
        }
        if !plan.root.path.isEmpty { lines += creation(of: plan.root.path) }
        lines += settings(of: plan.root)
        // One may stand inside another that the system mounts deeper.
        for volume in plan.volumes.sorted(by: { ($0.depth, $0.path) < ($1.depth, $1.path) }) {
            lines += creation(of: volume.path) + settings(of: volume)
        }
        return lines
    }

    private func creation(of path: String) -> [String] {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        return (parent.isEmpty ? [] : ["mkdir -p \(top(parent))"]) + ["btrfs subvolume create \(top(path))"]
    }

    /// Of an empty subvolume: files take over what their folder has when they are made.
    private func settings(of volume: SubvolumePlan.Subvolume) -> [String] {
        (volume.copiesOnWrite ? [] : ["chattr +C \(top(volume.path))"])
            + (volume.quotaBytes.map { ["btrfs qgroup limit \($0) \(top(volume.path))"] } ?? [])
    }

    private var defaultLines: [String] {
        plan.isDefault && !plan.root.path.isEmpty
            ? ["btrfs subvolume set-default \(top(plan.root.path))"] : []
    }

    private var mountLines: [String] {
        var lines = ["mount -t btrfs -o \(ToolCall.quoted("subvol=/" + plan.root.path)) /dev/vdb /target"]
        for volume in plan.volumes {
            lines.append("mkdir -p \(target(volume))")
            lines.append(
                "mount -t btrfs -o \(ToolCall.quoted("subvol=/" + volume.path)) /dev/vdb \(target(volume))")
        }
        return lines
    }

    private var endingLines: [String] {
        let mounted = plan.volumes.reversed().map { "umount \(target($0))" } + ["umount /target"]
        // Nothing can be written afterwards.
        let property = plan.isReadOnly ? ["btrfs property set -t subvol \(top(plan.root.path)) ro true"] : []
        return mounted + property + ["umount /top"]
    }

    /// snapper's record of the first snapshot.
    private var snapshotInfo: [String] {
        var seconds = time_t(clock)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date =
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + " \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return [
            "<?xml version=\"1.0\"?>", "<snapshot>", "  <type>single</type>", "  <num>1</num>",
            "  <date>\(date)</date>", "  <description>first root filesystem</description>", "</snapshot>",
        ]
    }
}
