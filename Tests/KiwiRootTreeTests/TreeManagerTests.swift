import KiwiDescription
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// What a tree's own package manager is told after the bootstrap phase.
@Suite struct TreeManagerTests {
    private var request: PackageRequest {
        let repository = Repository(
            position: place(12), source: Located("dir:///srv/rpm", at: place(13)), type: "rpm-md",
            alias: "local")
        let remote = Repository(
            position: place(14), source: Located("https://me:sesame@repo.example.org/rpm", at: place(15)),
            type: "rpm-md", alias: "far")
        var image = Sample.image(
            packages: ["app", "lib"], bootstrap: ["setup"], repositories: [repository, remote])
        image.packageManager = Located("dnf4", at: place(9))
        return PackageRequest(for: image)
    }

    private func lines(_ tool: String, _ calls: [[String]]) -> [String] {
        calls.map { ToolCall(tool, $0).displayLine }
    }

    /// The call of KIWI: that of the bootstrap phase without the option for the root.
    @Test func dnfWorksInItsOwnTree() {
        var calls = DnfCalls(configuration: "/c", releaseVersion: "40")
        let words = RpmWords(request, .dnf)
        let four =
            "dnf-3 --config /c -y --enableplugin=priorities --disableplugin=versionlock --releasever=40"
        #expect(
            lines(
                "dnf-3",
                [calls.install(nil, words.system), calls.uninstall(nil, ["app"]), calls.upgrade(nil)])
                == [
                    "\(four) --setopt=install_weak_deps=False install app lib",
                    "\(four) '--disablerepo=*' autoremove app", "\(four) upgrade",
                ])
        calls.program = .dnf5
        #expect(
            lines("dnf5", [calls.install(nil, words.system)]) == [
                "dnf5 --config /c -y --disable-plugin=priorities,versionlock --releasever=40 "
                    + "--setopt=install_weak_deps=False --setopt=group_package_types=mandatory install app lib"
            ])
        calls.program = .microdnf
        #expect(
            lines("microdnf", [calls.install(nil, words.system), calls.uninstall(nil, ["app"])]) == [
                "microdnf --config /c -y --enableplugin=priorities --disableplugin=versionlock --releasever=40 "
                    + "--setopt=install_weak_deps=0 install app lib",
                "microdnf --config /c -y --enableplugin=priorities --disableplugin=versionlock --releasever=40 "
                    + "'--disablerepo=*' remove app",
            ])
    }

    @Test func zypperAndPacmanWorkInTheirOwnTrees() {
        let words = RpmWords(request, .zypper)
        let zypper = ZypperCalls(state: "/z", acceptsKeys: false)
        for call in [
            zypper.install(nil, words.system), zypper.update(nil), zypper.uninstall(nil, ["app"]),
        ] + zypper.lock(nil, ["nano"]) {
            #expect(!call.contains("--root") && call.contains("--no-refresh"))
            #expect(call.contains("/z/cache/packages"))
        }
        let pacman = PacmanCalls(configuration: "/p")
        #expect(
            lines("pacman", [pacman.install(nil, ["app"]), pacman.delete(nil, ["app"])]) == [
                "pacman --config /p --noconfirm -S --needed app", "pacman --config /p --noconfirm -Rdd app",
            ])
    }

    @Test func aTreeSeesItsRepositoriesWithoutLogins() throws {
        let repositories = try RpmRepository.all(for: request, types: ["rpm-md"], exists: { _ in true })
        let inside = repositories.map(\.inside)
        #expect(
            inside.map(\.address) == ["file:///run/kiwi-repositories/local", "https://repo.example.org/rpm"])
        #expect(repositories[1].login?.password == "sesame" && inside[1].login == nil)
        #expect(RpmRepository.localFolders(repositories) == ["local": "/srv/rpm"])
        let mount = try #require(RepositoriesInside.mounts(["local": "/srv/rpm"]).first)
        #expect(
            mount.source == "/srv/rpm" && mount.target == "/run/kiwi-repositories/local" && mount.readOnly)
        var configuration = PacmanConfiguration(state: "/b", architecture: .host)
        configuration.repositories = try PacmanRepository.all(for: request, exists: { _ in true })
        #expect(configuration.localFolders == ["0": "/srv/rpm"])
        #expect(configuration.forInside.head.contains("CacheDir = /run/kiwi-pacman/cache\n"))
        #expect(configuration.forInside.repositories[0].address == "file:///run/kiwi-repositories/0")
    }

    @Test func findsTheProgramThatIsAskedFor() throws {
        let folder = try TestFolder()
        let tree = try folder.tree(FakeRunner())
        #expect(try TreeManager.find(["dnf-3"], in: tree) == nil)
        for name in ["dnf-3", "dnf5", "microdnf"] {
            try folder.write("", to: "tree/usr/bin/\(name)")
            #expect(try TreeManager.find([name], in: tree) == nil)
            try FileSystem.write("", to: "\(tree.path)/usr/bin/x-\(name)", mode: 0o755)
            try FileSystem.rename("\(tree.path)/usr/bin/x-\(name)", to: "\(tree.path)/usr/bin/\(name)")
        }
        func program(_ name: String) throws -> String? {
            try TreeManager.find(DnfProgram.inside(for: name).map(\.file), in: tree)?.path
        }
        #expect(try program("dnf4") == "/usr/bin/dnf-3")
        #expect(try program("dnf5") == "/usr/bin/dnf5")
        #expect(try program("microdnf") == "/usr/bin/microdnf")
        try FileSystem.removeTree("\(tree.path)/usr/bin/dnf-3")
        #expect(try program("dnf4") == "/usr/bin/dnf5")
    }

    @Test func aProgramThatDoesNotStartIsLeftAlone() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { _ in .failed("cannot open shared object file", code: 127) }
        let tree = try folder.tree(runner)
        let manager = TreeManager(path: "/usr/bin/zypper")
        #expect(try await !manager.starts(["--version"], environment: [:], in: tree))
        #expect(runner.calls.first?.root == tree.path)
    }

    @Test func thePlanSaysWhoInstalls() throws {
        var image = Sample.image(packages: ["app"], bootstrap: ["setup", "dnf"], repositories: [])
        image.packageManager = Located("dnf4", at: place(9))
        func summary() throws -> String? {
            try RootTreePlanner.steps(for: image, contents: DescriptionContents())
                .first { $0.id == "layer.packages" }?.summary
        }
        #expect(try summary() == "install the packages with the tree's own dnf4")
        image.bootstrap.packages = [Located("setup")]
        #expect(try summary() == "install the packages")
    }

    // MARK: Times

    /// Headers as rpm writes them: index entries of tag, type, offset and count.
    private func header(_ tags: [(UInt32, UInt32)]) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        var index: [UInt8] = []
        var data: [UInt8] = []
        for (tag, value) in tags {
            index += number(tag) + number(4) + number(UInt32(data.count)) + number(1)
            data += number(value)
        }
        return [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0] + number(UInt32(tags.count)) + number(UInt32(data.count))
            + index + data
    }

    @Test func installTimesAreThoseOfTheClock() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/headers"
        func list(_ times: [(UInt32, UInt32, UInt32)]) -> [UInt8] {
            times.flatMap { header([(1006, $0.0), (1004, 7), (1008, $0.1), (1128, $0.2)]) }
        }
        // After the clock, before the package was built, and in between: from a base image.
        try FileSystem.write(list([(500, 9000, 9001), (600, 10, 10), (400, 550, 555)]), to: path)
        let headers = try RpmHeaders(path)
        #expect(headers.newestBuild == 600)
        #expect(try headers.setTimes(600))
        #expect(try LocalFile.readBytes(path) == list([(500, 600, 600), (600, 600, 600), (400, 550, 555)]))
        #expect(try !RpmHeaders(path).setTimes(600))
    }

    @Test func whatIsNoListOfHeadersIsRefused() throws {
        let folder = try TestFolder()
        let good = header([(1008, 1)])
        var huge = good
        huge.replaceSubrange(12..<16, with: [0x10, 0, 0, 0])
        var outside = good
        outside.replaceSubrange(24..<28, with: [0, 0, 0, 1])
        for (index, bytes) in [Array(good.dropLast()), huge, outside, Array("text".utf8)].enumerated() {
            let path = "\(folder.path)/\(index)"
            try FileSystem.write(bytes, to: path)
            #expect(throws: (any Error).self, "\(index)") { _ = try RpmHeaders(path) }
        }
    }

    @Test func zypperForgetsWhenItWrote() {
        let text = "# AutoInstalled generated Sun Nov 22 11:32:51 2026\n#\nadduser\n"
        #expect(ZypperState.withoutDate(text) == "#\nadduser\n")
    }

    @Test func pacmanForgetsWhenItInstalled() {
        let text = "%NAME%\napp\n\n%INSTALLDATE%\n1795344809\n\n%REASON%\n1\n\n"
        #expect(
            PacmanEntry.settled(text, latest: 17) == "%NAME%\napp\n\n%INSTALLDATE%\n17\n\n%REASON%\n1\n\n")
        #expect(PacmanEntry.settled(text, latest: 1_800_000_000) == text)
    }
}
