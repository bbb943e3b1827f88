import KiwiDiagnostics

/// One partition of a disk as the description wants it: everything but its place.
public struct PartitionPlan: Hashable, Sendable, Codable {
    public enum Size: Hashable, Sendable, Codable {
        /// In bytes.
        case fixed(Int64)
        /// What the content needs, known when it was measured.
        case content
        /// As large as its content needs, and at least so many bytes.
        case atLeast(Int64)
        /// A share of what no other partition takes.
        case rest
    }

    /// KIWI's name: `efi_csm`, `efi`, `prep`, `boot`, `swap`, `spare`, `readonly`, `root`, clones of them,
    /// or the name of a `<partition>`.
    public var key: String
    /// The name in a GPT.
    public var label: String
    public var number: Int
    public var type: PartitionType
    public var size: Size
    /// What decided about the size, for people.
    public var reason: String
    public var position: Position?
    /// The partition this one is a copy of, under its key.
    public var copyOf: String?
    public var isActive = false
    /// Keys of `/config.partids` that name it.
    public var variables: [String]

    public init(
        _ key: String, label: String, number: Int, type: PartitionType, size: Size, reason: String,
        at position: Position? = nil, copyOf: String? = nil, variables: [String]
    ) {
        self.key = key
        self.label = label
        self.number = number
        self.type = type
        self.size = size
        self.reason = reason
        self.position = position
        self.copyOf = copyOf
        self.variables = variables
    }
}
