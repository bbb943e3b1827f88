import KiwiDiagnostics
import KiwiToolbox

/// `config-yast.xml` of old descriptions: the first boot configures the system by that AutoYaST profile.
///
/// The unit goes when YaST has ended well, with the profile; else the next boot tries again.
enum AutoYaST {
    static let fileName = "config-yast.xml"
    static let folder = "/var/lib/kiwi-autoyast"
    static let unitName = "kiwi-autoyast.service"
    /// YaST's client for systems that are installed already does not install anything anew.
    static let program = "/usr/sbin/yast2"

    static let unit = """
        [Unit]
        Description=Configure this system by its AutoYaST profile
        ConditionPathExists=\(folder)/profile.xml
        After=local-fs.target dbus.service network.target
        Before=getty@tty1.service display-manager.service

        [Service]
        Type=oneshot
        StandardInput=tty
        StandardOutput=tty
        TTYPath=/dev/tty1
        TTYReset=yes
        TimeoutStartSec=infinity
        Environment=TERM=linux
        ExecStart=\(program) --ncurses ayast_setup setup filename=\(folder)/profile.xml
        ExecStart=/usr/bin/systemctl disable \(unitName)
        ExecStart=/bin/rm -rf \(folder) /etc/systemd/system/\(unitName)

        [Install]
        WantedBy=multi-user.target

        """

    /// - Parameter profile: the file beside the description.
    static func install(_ profile: DescriptionContents.File, in tree: RootTree) throws {
        let log = tree.workspace.log
        guard FileSystem.exists(try TreePath.resolve(program, below: tree.path, followLast: true)) else {
            log.warning(
                "\(fileName) has no effect: the tree has no \(program); add the packages yast2 and autoyast2")
            return
        }
        let place = try tree.resolve(folder)
        try FileSystem.makeFolder(place, mode: 0o700)
        try LocalFile.write(
            try FileSystem.readText(profile.path), to: try tree.resolve("\(folder)/profile.xml"), mode: 0o600)
        try SystemUnit(name: unitName, text: unit).install(in: tree)
        log.info("The first boot runs AutoYaST with \(fileName)")
    }
}
