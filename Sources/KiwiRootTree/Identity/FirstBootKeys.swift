import KiwiToolbox

/// Where sshd is installed and no host keys are, a small unit makes them at boot, before sshd.
enum FirstBootKeys {
    static let unitName = "kiwi-ssh-host-keys.service"

    static let unit = """
        [Unit]
        Description=Make the SSH host keys of this machine
        Documentation=man:ssh-keygen(1)
        ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key
        After=systemd-random-seed.service local-fs.target
        Before=ssh.service sshd.service ssh.socket sshd.socket

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/usr/bin/ssh-keygen -A

        [Install]
        WantedBy=multi-user.target

        """

    static func install(in tree: RootTree) throws {
        func real(_ path: String) throws -> String {
            try TreePath.resolve(path, below: tree.path, followLast: true)
        }
        guard FileSystem.exists(try real("/usr/sbin/sshd")),
            FileSystem.exists(try real("/usr/lib/systemd/systemd")),
            PathPattern.matches("/etc/ssh/ssh_host_*_key", in: tree.path).isEmpty
        else { return }
        // Fedora, SUSE and others bring a unit of their own.
        for folder in ["/usr/lib/systemd/system", "/etc/systemd/system"] {
            if !PathPattern.matches("\(folder)/sshd-keygen*", in: tree.path).isEmpty { return }
        }
        try SystemUnit(name: unitName, text: unit).install(in: tree)
    }
}
