import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct IdentityTests {
    @Test func removesOnlyWhatPackagesMade() throws {
        let folder = try TestFolder()
        try folder.write("0123456789abcdef\n", to: "etc/machine-id")
        try folder.write("same", to: "var/lib/dbus/machine-id")
        try folder.write("package", to: "etc/ssh/ssh_host_rsa_key")
        try folder.write("package", to: "etc/ssh/ssh_host_rsa_key.pub")
        try folder.write("package", to: "var/lib/systemd/random-seed")
        let snapshot = IdentitySnapshot(of: folder.path)
        // config.sh made one key itself and changed another; the overlay brought the seed.
        try folder.write("own", to: "etc/ssh/ssh_host_ed25519_key")
        try folder.write("changed", to: "etc/ssh/ssh_host_rsa_key")
        let done = try snapshot.remove(from: folder.path, keeping: ["/var/lib/systemd/random-seed"])
        #expect(folder.read("etc/machine-id") == "")
        #expect(TreePath.readLink("\(folder.path)/var/lib/dbus/machine-id") == "/etc/machine-id")
        #expect(LocalFile.list("\(folder.path)/etc/ssh") == ["ssh_host_ed25519_key", "ssh_host_rsa_key"])
        #expect(folder.exists("var/lib/systemd/random-seed"))
        #expect(done.count == 3)
    }

    @Test func uninitializedStays() throws {
        let folder = try TestFolder()
        try folder.write("uninitialized\n", to: "etc/machine-id")
        _ = try IdentitySnapshot(of: folder.path).remove(from: folder.path, keeping: [])
        #expect(folder.read("etc/machine-id") == "uninitialized\n")
    }

    @Test func systemdGetsAMachineID() throws {
        let folder = try TestFolder()
        try folder.write("", to: "usr/lib/systemd/systemd")
        try FileSystem.makeFolder("\(folder.path)/etc")
        _ = try IdentitySnapshot(of: folder.path).remove(from: folder.path, keeping: [])
        #expect(folder.read("etc/machine-id") == "")
    }

    @Test func sharedPackagesHaveNothingOfOneMachine() throws {
        let folder = try TestFolder()
        for name in [
            "image/config.sh", ".profile", "etc/ssh/ssh_host_rsa_key", "var/lib/systemd/random-seed",
            "var/log/dpkg.log", "usr/bin/tool", "usr/lib/systemd/systemd",
        ] {
            try folder.write("x", to: name)
        }
        try folder.write("root:*:20000:0:99999:7:::\n", to: "etc/shadow")
        _ = try MakeSharedPackagesLayer.clean(folder.path, clock: 86400 * 19000)
        #expect(LocalFile.list(folder.path) == ["etc", "usr", "var"])
        #expect(LocalFile.list("\(folder.path)/etc") == ["machine-id", "shadow", "ssh"])
        #expect(LocalFile.list("\(folder.path)/etc/ssh").isEmpty)
        #expect(folder.read("etc/machine-id") == "")
        #expect(folder.read("etc/shadow") == "root:*:19000:0:99999:7:::\n")
        #expect(!folder.exists("var/log/dpkg.log") && !folder.exists("var/lib/systemd/random-seed"))
        #expect(folder.exists("usr/bin/tool"))
    }

    @Test func removesLeftovers() throws {
        let folder = try TestFolder()
        for name in [
            "etc/passwd-", "etc/passwd", "var/log/apt/term.log", "var/lib/dpkg/status-old", "etc/group-",
        ] {
            try folder.write("x", to: name)
        }
        _ = try LeftoverFiles.remove(from: folder.path, keeping: ["/etc/group-"])
        #expect(LocalFile.list("\(folder.path)/etc") == ["group-", "passwd"])
        #expect(LocalFile.list("\(folder.path)/var/log/apt").isEmpty)
        #expect(!folder.exists("var/lib/dpkg/status-old"))
    }

    @Test func shadowFollowsTheClock() {
        #expect(
            ShadowDays.rewritten("root:*:20000:0:99999:7:::\nsys:!::0\nexp:x:0:0\n", day: 19000)
                == "root:*:19000:0:99999:7:::\nsys:!::0\nexp:x:0:0\n")
    }

    @Test func patterns() {
        #expect(PathPattern.fits("ssh_host_rsa_key", "ssh_host_*_key"))
        #expect(!PathPattern.fits("ssh_host_rsa_key.pub", "ssh_host_*_key"))
        #expect(PathPattern.fits("abc", "*"))
        #expect(!PathPattern.fits("ab", "a*b*c"))
    }

    @Test func sshKeysAreMadeAtFirstBoot() throws {
        let folder = try TestFolder()
        for name in ["usr/sbin/sshd", "usr/lib/systemd/systemd"] { try folder.write("", to: "tree/\(name)") }
        let tree = try folder.tree()
        try FirstBootKeys.install(in: tree)
        #expect(
            folder.read("tree/etc/systemd/system/kiwi-ssh-host-keys.service")?.contains("ssh-keygen -A")
                == true)
        #expect(
            LocalFile.list("\(tree.path)/etc/systemd/system/multi-user.target.wants") == [
                FirstBootKeys.unitName
            ])
        LocalFile.remove("\(tree.path)/etc/systemd")
        try folder.write("own", to: "tree/etc/ssh/ssh_host_rsa_key")
        try FirstBootKeys.install(in: tree)
        #expect(!folder.exists("tree/etc/systemd"))
    }
}
