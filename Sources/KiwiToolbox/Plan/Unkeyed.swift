/// A stored property of a step that is not a parameter of its result: it is left out
/// when the step is encoded, so neither the step's key nor the printed plan depends on it.
@propertyWrapper
public struct Unkeyed<Value: Sendable>: Encodable, Sendable {
    public var wrappedValue: Value

    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    public func encode(to encoder: any Encoder) throws {}
}

extension KeyedEncodingContainer {
    public mutating func encode<Value>(_ value: Unkeyed<Value>, forKey key: Key) throws {}
}
