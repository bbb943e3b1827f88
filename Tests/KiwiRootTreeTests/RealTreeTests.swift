import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

private struct PrintingObserver: BuildObserver {
    func observe(_ event: BuildEvent) {
        switch event {
        case .message(let level, let text) where level >= .info: print("\(level): \(text)")
        case .stepFinished(let id, let seconds, let reused):
            print("done \(id) \(tenths(seconds)) s\(reused ? " (reused)" : "")")
        default: break
        }
    }
}

/// Builds a tree with the machine's real tools and repositories. Runs where KIWI_TEST_REAL names a
/// folder and the process is in a sandbox already.
@Suite struct RealTreeTests {
    private static let folder = ProcessInfo.processInfo.environment["KIWI_TEST_REAL"]

    private func description(_ folder: String) throws -> ResolvedImage {
        func write(_ text: String, _ name: String, mode: mode_t = 0o644) throws {
            let path = "\(folder)/description/\(name)"
            try FileSystem.makeFolder(FileSystem.parent(of: path))
            try FileSystem.write(text, to: path, mode: mode)
        }
        try write(
            "#!/bin/bash\nset -e\n. /.kconfig\n. /.profile\ntest \"$kiwi_iname\" = sample\nbaseInsertService systemd-networkd\nbaseSetupBuildDay\ntouch /from-config\n",
            "config.sh", mode: 0o755)
        try write("#!/bin/bash\nrm /from-config\n", "images.sh")
        try write("hello overlay\n", "root/etc/motd")
        try write("x\n", "root/usr/local/bin/tool", mode: 0o4755)
        try write("#!/bin/bash\nls -la /etc/resolv.conf\n", "post_bootstrap.sh")
        var image = Sample.image(
            packages: [
                "linux-image-amd64", "dracut", "dracut-live", "dracut-config-generic", "dracut-kiwi-live",
                "systemd",
                "systemd-sysv", "udev", "bash", "login", "passwd", "util-linux", "mount", "kmod", "e2fsprogs",
                "iproute2", "procps", "less", "zstd", "openssh-server", "tzdata",
            ], folder: "\(folder)/description")
        image.users = [
            User(
                name: "root", password: "linux", passwordFormat: .plain, home: "/root",
                groups: [.init(name: "root")]),
            User(
                name: "tux", password: "tux", passwordFormat: .plain, home: "/home/tux", realName: "Tux P",
                shell: "/bin/bash", id: 1234, groups: [.init(name: "tux", id: 1234), .init(name: "audio")]),
        ]
        image.timezone = "Europe/Berlin"
        image.locales = ["en_US"]
        image.keytable = "us"
        image.imageID = "4711"
        image.deletePackages = [Located("less")]
        image.uninstallPackages = [Located("zstd")]
        image.repositories[0].imageInclude = true
        return image
    }

    @Test(.enabled(if: folder != nil, "needs KIWI_TEST_REAL")) func prepare() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try #require(Self.folder)
        let image = try description(folder)
        var setup = Worker.Setup(bulkParent: "\(folder)/work", cache: "\(folder)/cache")
        setup.target = "\(folder)/target"
        if environment["KIWI_TEST_NO_CACHE"] != nil { setup.settings.useCache = false }
        try FileSystem.makeFolder(setup.target)
        let log = BuildLog(observer: PrintingObserver())
        log.open("\(folder)/log")
        do {
            let contents = try DescriptionContents.scan(image)
            let steps =
                try RootTreePlanner.steps(for: image, contents: contents)
                + CreateTreePlanner(image: image, contents: contents, options: .init(), oldProfile: nil).steps
            let worker = Worker(setup, log: log)
            let start = ContinuousClock.now
            try await worker.run { workspace in
                try await Executor(
                    plan: BuildPlan(steps: steps), workspace: workspace,
                    commonKey: worker.commonKey(architecture: "x86_64", in: workspace)
                ).run()
                print("all: \(start.duration(to: .now))")
                try await workspace.withTree(
                    of: CreateTreePlanner(image: image, contents: contents, options: .init(), oldProfile: nil)
                        .layer
                ) {
                    tree in
                    try await check(tree)
                }
            }
        } catch let failure as Failure {
            print(DiagnosticRenderer().render(failure.diagnostics))
            throw failure
        }
    }

    private func check(_ tree: RootTree) async throws {
        func text(_ path: String) throws -> String { try FileSystem.readText(try tree.resolve(path)) }
        func has(_ path: String) throws -> Bool { FileSystem.exists(try tree.resolve(path)) }
        let list = try await Apt().packageList(in: tree)
        #expect(list.contains("\nsystemd|None|"))
        #expect(!list.contains("\nless|"))
        #expect(!list.contains("\nzstd|"))
        #expect(try text("/etc/motd") == "hello overlay\n")
        #expect(try text("/etc/passwd").contains("tux:x:1234:1234:Tux P:/home/tux:/bin/bash"))
        #expect(try text("/etc/shadow").contains("tux:$6$"))
        #expect(try text("/etc/ImageID") == "4711\n")
        #expect(
            TreePath.readLink(try tree.resolve("/etc/localtime"))?.hasSuffix("zoneinfo/Europe/Berlin") == true
        )
        #expect(try text("/etc/machine-id") == "")
        #expect(try !has("/etc/ssh/ssh_host_ed25519_key"))
        #expect(try has("/etc/systemd/system/multi-user.target.wants/kiwi-ssh-host-keys.service"))
        #expect(try !has("/from-config"))
        #expect(try has("/build_day"))
        #expect(try has("/image/images.sh"))
        #expect(try !has("/usr/sbin/policy-rc.d"))
        for pattern in LeftoverTable.paths { #expect(PathPattern.matches(pattern, in: tree.path).isEmpty) }
        print(try await Apt().verification(of: tree))
        print("changes: \(try await Apt().changes(in: tree).utf8.count) bytes")
        for name in LocalFile.list(try tree.resolve("/etc/apt/sources.list.d")) {
            print(try text("/etc/apt/sources.list.d/\(name)"))
        }
        print(
            LocalFile.list(tree.path).joined(separator: " "), "|", LocalFile.list("\(tree.path)/run"),
            LocalFile.list("\(tree.path)/dev"), LocalFile.list("\(tree.path)/tmp"),
            LocalFile.list("\(tree.path)/var/log"))
    }
}
