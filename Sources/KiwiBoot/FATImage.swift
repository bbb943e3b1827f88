import KiwiToolbox

/// A FAT image made by mkfs.fat and filled by mtools, without any mount. Pure calls.
public struct FATImage: Sendable {
    public var path: String
    public var label: String
    /// Eight hex digits.
    public var serial: String
    public var clock: Int64
    /// 12, 16 or 32; nil leaves it to mkfs.fat.
    public var tableBits: Int?
    public var sectorBytes: Int64 = 512
    /// Sectors for each cluster; nil leaves it to mkfs.fat.
    var clusterSectors: Int64?

    public init(_ path: String, label: String, serial: String, clock: Int64) {
        self.path = path
        self.label = label
        self.serial = serial
        self.clock = clock
    }

    /// El Torito counts an image's sectors in 16 bits.
    public static let elToritoLimit: Int64 = 65535 * 512

    /// The room files of these sizes need, in whole MiB: clusters of up to 4 KiB, both
    /// copies of the table, the root folder and a little air.
    public static func bytes(files: [Int64], folders: Int) -> Int64 {
        let clusters = files.reduce(Int64(folders)) { $0 + ($1 + 4095) / 4096 }
        let content = clusters * 4096
        let tables = clusters * 8 + (64 << 10)
        let mebi: Int64 = 1 << 20
        return (content + tables + content / 64 + mebi / 4 + mebi - 1) / mebi * mebi
    }

    /// Chooses what mkfs.fat gets wrong when sectors are large: it takes four of them for a cluster, and a
    /// small FAT 16 then has fewer than the 4085 clusters that make it one.
    public mutating func fit(bytes: Int64) {
        guard sectorBytes != 512, tableBits == 16 else { return }
        let sectors = bytes / sectorBytes
        // With what the tables and the root folder need.
        if sectors < 4085 + 64 {
            tableBits = 12
            clusterSectors = sectors < 4085 ? 1 : 2
        } else {
            var size: Int64 = 1
            while sectors / size > 65524 { size *= 2 }
            clusterSectors = size
        }
    }

    public func make() -> ToolCall {
        var words = ["--invariant", "-i", serial, "-n", label]
        if let tableBits { words += ["-F", "\(tableBits)"] }
        if sectorBytes != 512 { words += ["-S", "\(sectorBytes)"] }
        if let clusterSectors { words += ["-s", "\(clusterSectors)"] }
        return ToolCall("mkfs.fat", words + [path])
    }

    private var environment: [String: String] { ["SOURCE_DATE_EPOCH": "\(clock)", "MTOOLS_SKIP_CHECK": "1"] }

    /// Makes folders; parents come first.
    public func makeFolders(_ folders: [String]) -> ToolCall {
        ToolCall("mmd", ["-D", "s", "-i", path] + folders.map { "::/\($0)" }, environment: environment)
    }

    /// Copies files of one folder, with their times.
    public func copy(_ files: [String], to folder: String) -> ToolCall {
        ToolCall("mcopy", ["-m", "-D", "o", "-i", path] + files + ["::/\(folder)"], environment: environment)
    }

    public static let tools = [
        ToolRequirement("mkfs.fat", package: "dosfstools", to: "make the EFI boot image"),
        ToolRequirement("mmd", package: "mtools", to: "fill the EFI boot image"),
        ToolRequirement("mcopy", package: "mtools", to: "fill the EFI boot image"),
    ]
}
