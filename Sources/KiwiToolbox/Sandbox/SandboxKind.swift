/// A step of the sandbox ladder (DESIGN §4), best first.
public enum SandboxKind: String, Sendable, Codable, CaseIterable {
    /// User, mount, pid, ipc and uts namespaces: what an ordinary user gets.
    case user
    /// Mount, pid, ipc and uts namespaces: for root.
    case mount
    /// The same inside a chroot, where mount propagation cannot be changed.
    case chroot
    /// No namespaces: plain mounts, recorded in a journal and undone.
    case none

    /// Arguments of util-linux `unshare`; nil for no namespaces.
    var unshareArguments: [String]? {
        switch self {
        case .user:
            [
                "--user", "--map-root-user", "--map-auto", "--mount", "--pid", "--ipc", "--uts", "--fork",
                "--kill-child",
            ]
        case .mount:
            ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
        case .chroot:
            ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--propagation", "unchanged"]
        case .none: nil
        }
    }

    /// For people.
    public var summary: String {
        switch self {
        case .user: "user, mount and pid namespaces"
        case .mount: "mount and pid namespaces"
        case .chroot: "mount and pid namespaces inside a chroot"
        case .none: "no namespaces, recorded mounts"
        }
    }
}
