/// The formats that qemu-img writes, with the options it takes for them.
enum QemuDriver: String, Sendable, Codable {
    case qcow2, vmdk, vdi, vhdx
    /// VHD.
    case vpc

    /// What an option may be.
    enum Value: Sendable {
        case flag
        case word([String])
        /// A number of bytes, with a binary unit or without.
        case size
        case number
        case text

        func accepts(_ value: String) -> Bool {
            switch self {
            case .flag: ["on", "off"].contains(value)
            case .word(let words): words.contains(value)
            case .size: value.wholeMatch(of: /[0-9]{1,15}[bkKMGTPE]?/) != nil
            case .number: value.wholeMatch(of: /[0-9]{1,9}/) != nil
            case .text: !value.isEmpty
            }
        }

        /// For people.
        var text: String {
            switch self {
            case .flag: "on or off"
            case .word(let words): words.joined(separator: ", ")
            case .size: "a size, for example 64k"
            case .number: "a number"
            case .text: "a text"
            }
        }
    }

    /// Every option that makes sense for a file that is handed on alone.
    var options: [String: Value] {
        let allocation: [String: Value] = [
            "preallocation": .word(["off", "falloc", "full"]), "nocow": .flag, "extent_size_hint": .size,
        ]
        let own: [String: Value] =
            switch self {
            case .qcow2:
                [
                    "cluster_size": .size, "compat": .word(["0.10", "1.1", "v2", "v3"]),
                    "compression_type": .word(["zlib", "zstd"]), "extended_l2": .flag,
                    "lazy_refcounts": .flag,
                    "refcount_bits": .number, "preallocation": .word(["off", "metadata", "falloc", "full"]),
                ]
            case .vmdk:
                [
                    "adapter_type": .word(["ide", "buslogic", "lsilogic", "legacyESX"]), "compat6": .flag,
                    "hwversion": .number, "subformat": .word(VMDKVariant.allCases.map(\.rawValue)),
                    "toolsversion": .text, "zeroed_grain": .flag,
                ]
            case .vdi: ["static": .flag]
            case .vpc: ["force_size": .flag, "subformat": .word(["dynamic", "fixed"])]
            case .vhdx:
                [
                    "block_size": .size, "block_state_zero": .flag, "log_size": .size,
                    "subformat": .word(["dynamic", "fixed"]),
                ]
            }
        return allocation.merging(own) { $1 }
    }

    /// Why an option that qemu-img has is not for images; nil for others.
    static func reasonAgainst(_ option: String) -> String? {
        option.hasPrefix("encrypt.") ? refused["encryption"] : refused[option]
    }

    private static let refused: [String: String] = [
        "backing_file": "an image stands alone", "backing_fmt": "an image stands alone",
        "data_file": "an image is one file", "data_file_raw": "an image is one file",
        "size": "the disk has its size", "encryption": "the key would stand in the description",
    ]
}

/// The variants of VMDK.
enum VMDKVariant: String, Sendable, Codable, CaseIterable {
    case monolithicSparse, monolithicFlat, twoGbMaxExtentSparse, twoGbMaxExtentFlat, streamOptimized

    /// Whether it has one more file for every 2 GiB: how many is known only when the disk is made.
    var isSplit: Bool { self == .twoGbMaxExtentSparse || self == .twoGbMaxExtentFlat }
}
