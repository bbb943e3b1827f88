/// What xorriso reads back from an ISO: volume id, boot entries, partition table, files. Pure.
public struct ISOReport: Sendable, Hashable {
    public var volumeID = ""
    /// `BIOS`, `UEFI`: bootable El Torito entries in order.
    public var bootEntries: [String] = []
    public var hasGPT = false
    public var hasMBR = false
    /// Sizes by path on the medium.
    public var files: [String: Int64] = [:]

    /// - Parameter text: output of `-pvd_info`, `-report_el_torito plain`, `-report_system_area plain` and of
    ///   `lsdl` for files.
    public init(_ text: String) {
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("Volume Id"), let colon = line.firstIndex(of: ":") {
                volumeID = String(line[line.index(after: colon)...].dropFirst())
            } else if line.hasPrefix("El Torito boot img") {
                let fields = line.split(separator: " ")
                // ... :  N  Pltf  B ...
                if let colon = fields.firstIndex(of: ":"), fields.count > colon + 3, fields[colon + 3] == "y"
                {
                    bootEntries.append(String(fields[colon + 2]))
                }
            } else if line.hasPrefix("System area summary:") {
                hasGPT = line.hasSuffix("GPT") || line.contains("GPT ")
                hasMBR = line.contains("MBR")
            } else if line.hasPrefix("-"), let start = line.firstIndex(of: "'") {
                let fields = line[..<start].split(separator: " ")
                if fields.count > 4, let size = Int64(fields[4]) {
                    files[String(line[line.index(after: start)...].dropLast())] = size
                }
            }
        }
    }

    /// What is not as it should be; empty when all is well.
    public func differences(from expected: ISOReport) -> [String] {
        var found: [String] = []
        if volumeID != expected.volumeID {
            found.append("volume id is '\(volumeID)', not '\(expected.volumeID)'")
        }
        if bootEntries != expected.bootEntries {
            found.append(
                "boot entries are \(bootEntries.joined(separator: " ")), not \(expected.bootEntries.joined(separator: " "))"
            )
        }
        if hasGPT != expected.hasGPT { found.append(hasGPT ? "has a GPT" : "has no GPT") }
        if hasMBR != expected.hasMBR { found.append(hasMBR ? "has MBR boot code" : "has no MBR") }
        for (path, size) in expected.files.sorted(by: { $0.key < $1.key }) where files[path] != size {
            found.append("\(path) has \(files[path].map(String.init) ?? "no") bytes, not \(size)")
        }
        return found
    }
}
