/// What unsquashfs lists with numbers. Pure.
enum SquashfsListing {
    /// The device nodes: `crw-r--r-- 0/0    1,  3 2026-11-21 16:08 squashfs-root/dev/null`.
    static func devices(in text: String) -> [String: ComparedEntry] {
        var devices: [String: ComparedEntry] = [:]
        for line in text.split(separator: "\n") {
            guard let kind: ComparedEntry.Kind = ["c": .characterDevice, "b": .blockDevice][line.prefix(1)],
                let start = line.range(of: " squashfs-root/")
            else { continue }
            let fields = line[..<start.lowerBound].split(whereSeparator: { $0 == " " || $0 == "," })
            let owner = fields.count == 6 ? fields[1].split(separator: "/").compactMap { Int($0) } : []
            guard owner.count == 2, let major = Int(fields[2]), let minor = Int(fields[3]),
                let mode = mode(fields[0])
            else { continue }
            var entry = ComparedEntry(kind: kind, mode: mode, user: owner[0], group: owner[1])
            entry.content = "\(major):\(minor)"
            devices["/" + TreeIndex.text(line[start.upperBound...].utf8)] = entry
        }
        return devices
    }

    /// `crwxr-sr-t` as permission bits.
    private static func mode(_ text: Substring) -> UInt32? {
        let letters = Array(text.dropFirst())
        guard letters.count == 9 else { return nil }
        var mode: UInt32 = 0
        for (index, letter) in letters.enumerated() {
            if !"-ST".contains(letter) { mode |= 1 << UInt32(8 - index) }
            if "sS".contains(letter) { mode |= index == 2 ? 0o4000 : 0o2000 }
            if "tT".contains(letter) { mode |= 0o1000 }
        }
        return mode
    }
}
