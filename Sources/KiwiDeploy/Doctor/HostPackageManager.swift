import KiwiToolbox

/// What installs programs on a build machine.
public enum HostPackageManager: String, CaseIterable, Sendable {
    case apt, dnf, zypper, pacman, apk

    /// The one of a distribution.
    ///
    /// - Parameter families: `ID` and the words of `ID_LIKE` of os-release.
    public init?(families: [String]) {
        guard let name = Distribution(families: families)?.value("manager") else { return nil }
        self.init(rawValue: name)
    }

    /// The first distribution that has it: others of its family have the same names.
    private var distribution: Distribution? { Distribution.all.first { $0.value("manager") == rawValue } }

    /// The command without the packages.
    public var command: String { distribution?.value("install") ?? rawValue }

    /// What Debian's package is called here; nil where the distribution has nothing like it.
    func package(_ debian: String) -> String? {
        guard let distribution else { return debian }
        return distribution.package(debian)
    }
}
