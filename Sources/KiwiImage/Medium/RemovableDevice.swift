import Foundation
import KiwiToolbox

/// A disk of this machine that a medium could be written to.
public struct RemovableDevice: Sendable, Hashable, Codable {
    /// `sdb`.
    public var name: String
    public var bytes: Int64
    /// Maker and model as the disk says them.
    public var model: String
    /// It says itself that its medium can be taken out, or it hangs on USB.
    public var isRemovable: Bool

    /// `sdb  14.9 GiB  Maker Model`.
    public var text: String {
        [name, SpaceCheck.binarySize(bytes), model].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// Whole disks with something in them, in the order of their names.
    /// - Parameter sys: where sysfs is.
    public static func all(sys: String = "/sys") -> [RemovableDevice] {
        let names = (try? FileSystem.names(in: "\(sys)/block")) ?? []
        return names.compactMap { one($0, sys: sys) }.sorted { $0.name < $1.name }
    }

    /// The disk of a name; nil when there is none, or nothing in its drive.
    public static func one(_ name: String, sys: String = "/sys") -> RemovableDevice? {
        // Memory, files, CDs, and what others are made of.
        let others = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd"]
        guard !name.isEmpty, !name.contains("/"), !others.contains(where: name.hasPrefix) else { return nil }
        let folder = "\(sys)/block/\(name)"
        func read(_ file: String) -> String {
            ((try? FileSystem.readText("\(folder)/\(file)", limit: 4096)) ?? "")
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let blocks = Int64(read("size")), blocks > 0 else { return nil }
        let path = FileSystem.realPath(folder) ?? ""
        return RemovableDevice(
            name: name, bytes: blocks * 512,
            model: [read("device/vendor"), read("device/model")].filter { !$0.isEmpty }.joined(
                separator: " "),
            isRemovable: read("removable") == "1" || path.contains("/usb"))
    }
}
