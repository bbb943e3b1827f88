/// What must be unique per machine, and therefore is not in an image. Documented in the user guide;
/// `--keep-identity` turns it off.
enum IdentityTable {
    enum Treatment: Hashable, Sendable {
        /// Removed; the machine makes its own.
        case remove
        /// An empty file.
        case empty
        /// A symlink to another file.
        case link(String)
    }

    struct Entry: Sendable {
        /// Absolute path; the last component may hold `*`.
        var path: String
        var treatment: Treatment
        /// Who makes it again.
        var maker: String
    }

    static let entries: [Entry] = [
        Entry(path: "/etc/machine-id", treatment: .empty, maker: "systemd at boot"),
        Entry(
            path: "/var/lib/dbus/machine-id", treatment: .link("/etc/machine-id"),
            maker: "nobody: the same id"),
        Entry(path: "/etc/ssh/ssh_host_*_key", treatment: .remove, maker: "kiwi-ssh-host-keys.service"),
        Entry(path: "/etc/ssh/ssh_host_*_key.pub", treatment: .remove, maker: "kiwi-ssh-host-keys.service"),
        Entry(path: "/var/lib/systemd/random-seed", treatment: .remove, maker: "systemd-random-seed.service"),
        Entry(path: "/var/lib/urandom/random-seed", treatment: .remove, maker: "urandom at shutdown"),
        Entry(path: "/var/lib/systemd/credential.secret", treatment: .remove, maker: "systemd-creds"),
        Entry(path: "/etc/ssl/certs/ssl-cert-snakeoil.pem", treatment: .remove, maker: "make-ssl-cert"),
        Entry(path: "/etc/ssl/private/ssl-cert-snakeoil.key", treatment: .remove, maker: "make-ssl-cert"),
        Entry(path: "/etc/iscsi/initiatorname.iscsi", treatment: .remove, maker: "iscsid.service"),
        Entry(path: "/etc/nvme/hostid", treatment: .remove, maker: "nvme gen-hostnqn"),
        Entry(path: "/etc/nvme/hostnqn", treatment: .remove, maker: "nvme gen-hostnqn"),
        Entry(path: "/var/lib/NetworkManager/secret_key", treatment: .remove, maker: "NetworkManager"),
    ]
}

/// What package scripts leave behind and an image does not need.
enum LeftoverTable {
    /// Absolute paths; the last component may hold `*`.
    static let paths = [
        "/var/log/dpkg.log", "/var/log/apt/*.log", "/var/log/apt/*.xz", "/var/log/alternatives.log",
        "/var/log/bootstrap.log", "/var/log/zypper.log", "/var/log/zypp/history", "/var/log/dnf*.log*",
        "/var/log/pacman.log", "/var/cache/ldconfig/aux-cache", "/etc/passwd-", "/etc/group-", "/etc/shadow-",
        "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-", "/etc/.pwd.lock", "/var/lib/dpkg/*-old",
        "/var/cache/debconf/*-old", "/var/backups/dpkg.*", "/var/lib/zypp/AnonymousUniqueId",
        "/usr/lib/rpm/macros.d/macros.kiwi-*",
    ]
}
