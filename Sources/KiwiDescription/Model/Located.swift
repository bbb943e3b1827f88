import KiwiDiagnostics

/// A value together with the place in the user's file that wrote it.
///
/// `position` is nil for values that came from a default or a command-line option.
public struct Located<Value: Sendable & Codable & Hashable>: Sendable, Codable, Hashable {
    public var value: Value
    public var position: Position?

    public init(_ value: Value, at position: Position? = nil) {
        self.value = value
        self.position = position
    }
}
