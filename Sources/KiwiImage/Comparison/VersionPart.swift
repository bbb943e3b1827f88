/// Which part of an image's version a change asks for, by the rule of the description's version:
/// the release for changes without added or removed packages, the minor number when packages come
/// or go, the major number when the size of the image changes.
public enum VersionPart: String, Sendable, Codable, CaseIterable {
    case release, minor, major

    /// The version with this part raised and the parts behind it set to 0.
    /// - Returns: nil when it is not three numbers.
    public func raised(_ version: String) -> String? {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], let release = parts[2],
            [major, minor, release].allSatisfy({ 0..<Int.max ~= $0 })
        else { return nil }
        switch self {
        case .release: return "\(major).\(minor).\(release + 1)"
        case .minor: return "\(major).\(minor + 1).0"
        case .major: return "\(major + 1).0.0"
        }
    }
}
