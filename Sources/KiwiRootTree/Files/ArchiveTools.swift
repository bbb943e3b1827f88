import KiwiToolbox

/// Programs that the archives of a description need on the build machine.
enum ArchiveTools {
    static func requirements(_ archives: [String]) -> [ToolRequirement] {
        let packages = ["gzip": "gzip", "xz": "xz-utils", "bzip2": "bzip2", "zstd": "zstd", "lz4": "lz4"]
        let tools = Set(archives.compactMap { (try? ArchiveExtraction.decompressor(of: $0)) ?? nil })
        return tools.sorted().map {
            ToolRequirement($0, package: packages[$0] ?? $0, to: "unpack archives of the description")
        }
    }
}
