/// How many layers of its own a container gets.
public enum ContainerLayers: String, Sendable, Codable, CaseIterable {
    /// The whole tree in one.
    case one
    /// The packages in one of their own, which stays the same when only the configuration changes.
    case packages
}
