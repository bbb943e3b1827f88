import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// What dnf, zypper and rpm are told, and what is read from their answers.
@Suite struct RpmToolTests {
    private func request(
        packages: [String] = ["app", "lib"], bootstrap: [String] = ["setup"],
        collections: [String] = ["base"],
        products: [String] = [], recommends: Bool = false
    ) -> PackageRequest {
        var image = Sample.image(packages: packages, bootstrap: bootstrap, repositories: [repository()])
        image.packageManager = Located("dnf4", at: place(9))
        image.system.collections = collections.map { Located($0, at: place(50)) }
        image.system.products = products.map { Located($0, at: place(51)) }
        image.system.ignore = [Located("nano", at: place(52))]
        image.system.installRecommends = recommends
        return PackageRequest(for: image)
    }

    private func repository(_ source: String = "https://me:sesame@repo.example.org/rpm") -> Repository {
        Repository(
            position: place(12), source: Located(source, at: place(13)), type: "rpm-md", alias: "my repo",
            priority: 3, packageGPGCheck: true, repositoryGPGCheck: true)
    }

    private func lines(_ tool: String, _ calls: [[String]]) -> [String] {
        calls.map { ToolCall(tool, $0).displayLine }
    }

    // MARK: Calls

    @Test func dnfIsCalledAsKIWIDoes() {
        let calls = DnfCalls(configuration: "/b/dnf.conf", releaseVersion: "40")
        let words = RpmWords(request(), .dnf)
        let common = "dnf-3 --config /b/dnf.conf -y --enableplugin=priorities --disableplugin=versionlock"
        let root = "--installroot /r --releasever=40"
        #expect(
            lines(
                "dnf-3",
                [
                    calls.makeCache("/r", offline: false), calls.install("/r", words.bootstrap),
                    calls.install("/r", words.system), calls.uninstall("/r", ["app"]), calls.upgrade("/r"),
                ]) == [
                    "\(common) \(root) --refresh makecache",
                    "\(common) -C \(root) --setopt=install_weak_deps=False install setup",
                    "\(common) -C \(root) --setopt=install_weak_deps=False --exclude=nano install app lib @base",
                    "\(common) -C \(root) '--disablerepo=*' autoremove app",
                    "\(common) -C \(root) upgrade",
                ])
        let modules = calls.modules("/r", disable: ["old"], enable: ["new:2"])
        #expect(
            modules.map { $0.suffix(3) } == [
                ["module", "disable", "old"], ["module", "reset", "new"], ["module", "enable", "new:2"],
            ])
        let more = RpmWords(request(recommends: true), .dnf).system
        #expect(calls.install("/r", more).contains("--setopt=install_weak_deps=True"))
    }

    @Test func dnf5IsCalledAsKIWIDoes() {
        let calls = DnfCalls(configuration: "/b/dnf.conf", releaseVersion: "40", program: .dnf5)
        let words = RpmWords(request(), .dnf)
        let common =
            "dnf5 --config /b/dnf.conf -y --disable-plugin=priorities,versionlock --use-host-config"
        let root = "--installroot /r --releasever=40"
        let weak = "--setopt=install_weak_deps"
        let types = "--setopt=group_package_types"
        var recommending = words.bootstrap
        recommending.recommends = true
        #expect(
            lines(
                "dnf5",
                [
                    calls.makeCache("/r", offline: false), calls.install("/r", words.bootstrap),
                    calls.install("/r", words.system, .ask), calls.install("/r", recommending, .download),
                    calls.uninstall("/r", ["app"]), calls.upgrade("/r"),
                ]) == [
                    "\(common) \(root) --refresh makecache",
                    "\(common) -C \(root) \(weak)=False \(types)=mandatory install setup",
                    "\(common) -C \(root) \(weak)=False \(types)=mandatory --exclude=nano --assumeno install app lib @base",
                    "\(common) \(root) \(weak)=True \(types)=default,mandatory,conditional install --downloadonly setup",
                    "\(common) -C \(root) --setopt=reposdir=/nonexistent --setopt=clean_requirements_on_remove=True remove app",
                    "\(common) -C \(root) upgrade",
                ])
        let text = DnfConfiguration(state: "/b", architecture: .host, program: .dnf5).text
        #expect(text.contains("\nsystem_cachedir=/run/kiwi-dnf/cache\n") && text.contains("\nplugins=0\n"))
    }

    @Test func theDnfThatIsThereInstalls() {
        func choose(_ name: String, _ programs: Set<String>) -> String {
            DnfProgram.choose(for: name) { programs.contains($0) }.rawValue
        }
        let both: Set = ["dnf-3", "dnf5"]
        for name in ["dnf4", "dnf", "yum"] {
            #expect(choose(name, both) == "dnf-3")
            #expect(choose(name, ["dnf5"]) == "dnf5")
            #expect(choose(name, []) == "dnf-3")
        }
        for name in ["dnf5", "microdnf"] {
            #expect(choose(name, both) == "dnf5")
            #expect(choose(name, ["dnf-3"]) == "dnf-3")
        }
        #expect(DnfProgram.dnf4.note(for: "dnf4") == nil)
        #expect(DnfProgram.dnf5.note(for: "dnf5") == nil)
        #expect(
            DnfProgram.dnf4.note(for: "dnf5")
                == "dnf 4 installs in place of dnf5, which is not on this machine: the tree is the same")
        #expect(DnfProgram.dnf5.note(for: "dnf4")?.hasPrefix("dnf 5 installs in place of dnf4") == true)
        #expect(DnfProgram.dnf5.note(for: "microdnf")?.hasPrefix("dnf 5 installs") == true)
    }

    /// As dnf 5.4.6 writes it.
    @Test func readsTheTableOfDnf5() {
        let text = """
            Updating and loading repositories:
            Repositories loaded.
            Package     Arch   Version Repository      Size
            Installing:
             app        noarch 0:1-1   world        4.0   B
            Installing group/module packages:
             scripts    noarch 2:1-1   my-world     0.0   B
            Installing dependencies:
             lib        noarch 0:2-1   world       62.0   B
               replacing lib noarch 0:1-1 @System  62.0   B
            Installing groups:
             World Base

            Transaction Summary:
             Installing:         3 packages
            """
        func row(_ name: String, _ edition: String, _ repository: String, _ isRequested: Bool) -> DnfTable.Row
        {
            DnfTable.Row(
                name: name, architecture: "noarch", edition: edition, repository: repository,
                isRequested: isRequested)
        }
        #expect(
            DnfTable.read(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)) == [
                row("app", "1-1", "world", true), row("scripts", "2:1-1", "my-world", true),
                row("lib", "2-1", "world", false),
            ])
        #expect(DnfTable.read(["Nothing to do."]) == [])
        #expect(DnfTable.read(["Failed to resolve the transaction:", "No match for argument: x"]) == nil)
        #expect(DnfTable.read([]) == nil)
        let fact = RpmPrimary.Package(checksum: "c", size: 1, installedSize: 2, location: "p/scripts.rpm")
        let package = DnfReport.Package(row("scripts", "2:1-1", "w", true), fact, in: nil)
        #expect(package.fullVersion == "2:1-1" && package.epoch == "2" && package.release == "1")
        #expect(package.location.isEmpty)
        #expect(DnfReport.Package(row("lib", "2-1", "w", false), fact, in: nil).fullVersion == "2-1")
    }

    @Test func zypperIsCalledAsKIWIDoes() {
        let calls = ZypperCalls(state: "/b", acceptsKeys: true)
        let words = RpmWords(request(products: ["world"]), .zypper)
        let common =
            "zypper --non-interactive --gpg-auto-import-keys --pkg-cache-dir /b/cache/packages --reposd-dir /b/repos "
            + "--solv-cache-dir /b/cache/solv --cache-dir /b/cache --raw-cache-dir /b/cache/raw --config /b/zypper.conf"
        #expect(
            lines(
                "zypper",
                [calls.refresh("/r"), calls.install("/r", words.bootstrap)]
                    + calls.lock("/r", words.system.excluded)
                    + [
                        calls.install("/r", words.system), calls.uninstall("/r", ["app"]), calls.update("/r"),
                    ]) == [
                    "\(common) --root /r refresh",
                    "\(common) --no-refresh --root /r install --download in-advance --auto-agree-with-licenses --no-recommends -- setup",
                    "\(common) --no-refresh --root /r al nano",
                    "\(common) --no-refresh --root /r install --download in-advance --auto-agree-with-licenses --no-recommends -- app lib pattern:base product:world",
                    "\(common) --no-refresh --root /r remove -u --force-resolution app",
                    "\(common) --no-refresh --root /r update --download in-advance --auto-agree-with-licenses",
                ])
        #expect(
            !ZypperCalls(state: "/b", acceptsKeys: false).refresh("/r").contains("--gpg-auto-import-keys"))
        #expect(ZypperCalls.successCodes.isSuperset(of: [0, 100, 103, 107]))
        #expect(ZypperCalls.successCodes.isDisjoint(with: [1, 4, 104, 105, 106, 127]))
    }

    @Test func pacmanIsCalledAsKIWIDoes() {
        let calls = PacmanCalls(configuration: "/b/pacman.conf")
        let common = "pacman --config /b/pacman.conf --noconfirm --root /r --dbpath /r/var/lib/pacman"
        #expect(
            lines(
                "pacman",
                [
                    calls.refresh("/r"), calls.bootstrap("/r", ["setup"]), calls.install("/r", ["app"]),
                    calls.delete("/r", ["a"]), calls.uninstall("/r", ["b"]), calls.update("/r"),
                ]) == [
                    "\(common) -Sy", "\(common) -S --needed --overwrite /r/var/run setup",
                    "\(common) -S --needed app", "\(common) -Rdd a", "\(common) -Rs b", "\(common) -Su",
                ])
    }

    @Test func readsPacmansDatabases() async throws {
        let text = """
            %FILENAME%
            app-1-1-any.pkg.tar.zst

            %NAME%
            app

            %VERSION%
            1:2.0-3

            %SHA256SUM%
            aa

            %LICENSE%
            MIT
            GPL

            %FILENAME%
            lib.pkg

            %NAME%
            lib

            """
        let entries = PacmanEntry.read(text)
        #expect(entries.map(\.name) == ["app", "lib"])
        #expect(entries[0].fields["LICENSE"] == ["MIT", "GPL"])
        let folder = try TestFolder()
        try folder.write(
            "%NAME%\napp\n\n%VERSION%\n1:2.0-3\n\n%ARCH%\nany\n",
            to: "tree/var/lib/pacman/local/app-1:2.0-3/desc")
        let tree = try folder.tree()
        #expect(try await Pacman().packageList(in: tree) == "app|None|1:2.0|3|None|None|None\n")
        #expect(try await Pacman().installedPackages(in: tree).map(\.version) == ["1:2.0-3"])
        let conflict = PacmanFailure.failure(
            [":: unable to satisfy dependency 'no-such-thing' required by app"], request: request(),
            exitCode: 1)
        #expect(conflict.diagnostics.first?.position == place(30))
        #expect(PacmanFailure.missing(in: ["error: target not found: nope"]) == ["nope"])
    }

    @Test func pacmanTrustsDeclaredKeysOnly() throws {
        var request = request()
        request.repositories[0].components = ["core", "extra"]
        request.repositories[0].source.value = "https://repo.example.org/os"
        let configuration = PacmanConfiguration(
            state: "/b", architecture: .host, checksSignatures: true,
            repositories: try PacmanRepository.all(for: request))
        let text =
            configuration.head
            + configuration.repositories.flatMap { $0.sections(inImage: false) }.map { $0 + "\n" }.joined()
        #expect(text.contains("GPGDir = /b/gpg\n"))
        // Only the build knows the login.
        var hidden = configuration.repositories[0]
        hidden.login = .init(user: "me", password: "s@same:/")
        #expect(
            hidden.sections(inImage: false).contains("Server = https://me:s%40same%3A%2F@repo.example.org/os")
        )
        #expect(hidden.sections(inImage: true).contains("Server = https://repo.example.org/os"))
        #expect(
            RepositoryAddress.withoutLogin("https://me:s%40same%3A%2F@repo.example.org/os/a.pkg")
                == "https://repo.example.org/os/a.pkg")
        #expect(
            text.hasSuffix(
                """
                [core]
                Server = https://repo.example.org/os
                SigLevel = Required DatabaseRequired TrustAll
                [extra]
                Server = https://repo.example.org/os
                SigLevel = Required DatabaseRequired TrustAll

                """))
    }

    @Test func patternsHaveCapabilities() {
        var words = RpmWords(request(products: ["world"]), .zypper)
        words.writeCapabilities()
        #expect(words.system.words == ["app", "lib", "pattern()=base", "product()=world"])
    }

    @Test func bothPhasesAreSolvedTogether() {
        let words = RpmWords(request(), .dnf, without: ["lib"])
        #expect(
            words.whole(pinned: ["setup-1-1.noarch"]).words == ["setup-1-1.noarch", "setup", "app", "@base"])
        #expect(words.whole(pinned: []).excluded == ["nano"])
    }

    // MARK: Repositories

    @Test func credentialsStayOutOfTheImage() throws {
        let entry = try #require(try RpmRepository.all(for: request(), types: ["rpm-md"]).first)
        #expect(entry.address == "https://repo.example.org/rpm")
        #expect(entry.id == "my_repo")
        let build = DnfConfiguration.repository(entry, keys: ["/k/0.key"], inImage: false)
        #expect(
            build == """
                [my_repo]
                name=my repo
                baseurl=https://repo.example.org/rpm
                enabled=1
                priority=3
                repo_gpgcheck=1
                gpgcheck=1
                gpgkey=file:///k/0.key
                username=me
                password=sesame

                """)
        #expect(!DnfConfiguration.repository(entry, keys: [], inImage: true).contains("sesame"))
        let zypper = ZypperConfiguration.repository(entry, keys: [], inImage: false)
        #expect(zypper.contains("baseurl=https://repo.example.org/rpm?credentials=my_repo\n"))
        #expect(!zypper.contains("sesame"))
        #expect(!ZypperConfiguration.repository(entry, keys: [], inImage: true).contains("credentials"))
    }

    @Test func refusesWhatCannotBeRead() {
        func codes(_ repository: Repository) -> [String] {
            var request = request()
            request.repositories = [repository]
            do { _ = try RpmRepository.all(for: request, types: ["rpm-md"], exists: { _ in false }) } catch {
                return error.diagnostics.map(\.code)
            }
            return []
        }
        var wrong = repository()
        wrong.type = "apt-deb"
        #expect(codes(wrong) == ["unsupported-repository-type"])
        #expect(codes(repository("buildhost:")) == ["no-build-host-repository"])
        #expect(codes(repository("/nowhere")) == ["missing-repository"])
        #expect(codes(repository("gopher://x")) == ["unknown-repository-address"])
        #expect(codes(repository()) == [])
    }

    @Test func namesNeverLookLikeOptions() {
        #expect(RpmRepository.isValidName("pkgconfig(gtk)") && RpmRepository.isValidName("/opt/x.rpm"))
        #expect(!RpmRepository.isValidName("--installroot=/") && !RpmRepository.isValidName("@group"))
        #expect(Dnf().check(request(packages: ["-y"])).map(\.code) == ["bad-package-name"])
        #expect(Dnf(named: "dnf5").check(request()).isEmpty)
        #expect(Dnf(named: "microdnf").check(request()).map(\.code) == ["package-manager-replaced"])
        #expect(Dnf().check(request(products: ["p"])).map(\.code) == ["no-effect"])
    }

    // MARK: Answers

    @Test func readsZypperAnswers() {
        let answer = ZypperAnswer(
            """
            <message type="info">No provider of &apos;nope&apos; found.</message>
            <to-install>
            <solvable type="package" name="app" edition="1:1.5-3" arch="noarch" repository="t" summary="a &lt;b&gt;">
            <solvable type="pattern" name="base" edition="1" arch="noarch"/>
            </to-install>
            <to-remove>
            <solvable type="package" name="old" edition="1-1" arch="noarch" repository="t"/>
            """)
        #expect(answer.packages.map(\.word) == ["app.noarch=1:1.5-3"])
        #expect(answer.lines == ["No provider of 'nope' found."])
        #expect(ZypperFailure.missing(in: answer.lines) == ["nope"])
    }

    @Test func readsPrimaryIndexes() throws {
        let index = RpmPrimary(
            xml: """
                <metadata packages="2"><package type="rpm"><name>app</name><arch>noarch</arch>
                <version epoch="1" ver="1.5" rel="3"/><checksum type="sha256" pkgid="YES">aa</checksum>
                <size package="6305" installed="2" archive="400"/><location href="noarch/app.rpm"/></package>
                <package type="rpm"><name>other</name></package></metadata>
                """, names: ["app"])
        #expect(index.packages.count == 1)
        let key = RpmPrimary.Key(name: "app", architecture: "noarch", edition: "1:1.5-3")
        #expect(
            index.packages[key]
                == RpmPrimary.Package(
                    checksum: "aa", size: 6305, installedSize: 2, location: "noarch/app.rpm"))
    }

    @Test func tellsConflictsInOneLine() throws {
        let broken = try #require(
            RpmProblem.conflict(
                in: [
                    "Error: ", " Problem: conflicting requests",
                    "  - nothing provides nothing-has-this needed by app-1-1.noarch",
                ], request()))
        #expect(broken.message == "nothing provides nothing-has-this needed by app-1-1.noarch")
        #expect(broken.position == place(30))
        #expect(broken.notes.first?.contains("config.xml:30") == true)
        let conflict = try #require(
            RpmProblem.conflict(
                in: ["Problem: conflict-1-1.noarch conflicts with lib provided by lib-2-1.x86_64"], request())
        )
        #expect(conflict.position == place(31))
        #expect(conflict.message.hasPrefix("conflict-1-1.noarch conflicts"))
        let chain = RpmProblem.conflict(
            in: [
                "Problem: package app-1-1.noarch requires lib, but none of the providers can be installed",
                "  - package conflict-1-1.noarch conflicts with lib provided by lib-2-1.noarch",
            ], request())
        #expect(chain?.message.hasPrefix("package conflict-1-1.noarch conflicts") == true)
        #expect(RpmProblem.conflict(in: ["Complete!"], request()) == nil)
    }

    @Test func namesWhatDnfMisses() throws {
        let missing = DnfFailure.missing(in: [
            "No match for argument: nope", "Error: Unable to find a match: nope",
            "Module or Group 'grp' is not available.",
        ])
        #expect(missing == ["@grp", "nope"])
        let failure = RpmProblem.missing(["@base", "ap"], known: ["app"], request())
        #expect(
            failure.diagnostics.map(\.message) == [
                "package 'ap' is in no repository", "group 'base' is in no repository",
            ])
        #expect(failure.diagnostics.last?.position == place(50))
        #expect(failure.diagnostics.first?.remedy?.contains("'app'") == true)
        #expect(failure.diagnostics.allSatisfy { !$0.notes.joined().contains("sesame") })
    }

    @Test func tellsSignatureFailures() throws {
        let entries = try RpmRepository.all(for: request(), types: ["rpm-md"])
        func code(_ text: String) -> String {
            DnfFailure.repositoryProblem(text.split(separator: "\n").map(String.init), entries).code
        }
        #expect(
            code(
                "Error: Failed to download metadata for repo 'my_repo': repomd.xml GPG signature verification error: Bad GPG signature"
            ) == "repository-bad-signature")
        #expect(
            code(
                "Error: Failed to download metadata for repo 'my_repo': Cannot download repodata/repomd.xml.asc"
            ) == "repository-unsigned")
        #expect(
            code("Error: Failed to download metadata for repo 'my_repo': GPG signature is not available.")
                == "repository-unsigned")
        func zypper(_ text: String) -> String? {
            ZypperFailure.updating([text, "Repository 'my repo' is invalid."], entries).diagnostics.first?
                .code
        }
        #expect(
            zypper("File 'repomd.xml' from repository 'my repo' is unsigned, continue?")
                == "repository-unsigned")
        #expect(zypper(" - Signature verification failed for repomd.xml") == "repository-bad-signature")
        #expect(zypper("Curl error 6") == "repository-unreachable")
        #expect(code("Status code: 401 for https://repo.example.org/rpm\nError: x") == "repository-refused")
        #expect(code("Error: Curl error (6)") == "repository-unreachable")
    }

    // MARK: rpm

    @Test func macrosSayWhereTheDatabaseIs() {
        let text = RpmHome.macros(
            .standard, options: InstallOptions(architecture: .x86_64, excludeDocs: true, locales: ["de_DE"]))
        #expect(text.contains("%_dbpath /usr/lib/sysimage/rpm\n%_db_backend sqlite\n"))
        #expect(text.contains("%_excludedocs 1\n"))
        #expect(text.contains("%_install_langs POSIX:C:C.UTF-8:de_DE\n"))
        #expect(!RpmHome.macros(.standard, options: nil).contains("_excludedocs"))
    }

    @Test func findsTheDatabaseOfATree() throws {
        let folder = try TestFolder()
        #expect(RpmDatabase.find(in: folder.path) == nil)
        try folder.write("", to: "var/lib/rpm/Packages.db")
        #expect(RpmDatabase.find(in: folder.path) == .init(path: "/var/lib/rpm", backend: "ndb"))
        try folder.write("", to: "usr/lib/sysimage/rpm/rpmdb.sqlite")
        #expect(RpmDatabase.find(in: folder.path) == .standard)
    }

    @Test func readsSourceNamesAndTimes() {
        #expect(RpmDatabase.source("bash-completion-2.7-1.src.rpm") == ("bash-completion", "2.7-1"))
        #expect(RpmMetadata.times(in: "<timestamp>17</timestamp><timestamp>18.5</timestamp>") == [17, 18])
        #expect(
            RpmMetadata.times(in: "<revision>1700000000</revision><timestamp>0</timestamp>") == [
                1_700_000_000
            ])
    }

    @Test func asksACopyOfTheDatabase() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { _ in .output("b|(none)|1|1|noarch|(none)|MIT\na|1|2|3|x86_64|(none)|MIT\n")
        }
        let tree = try folder.tree(runner)
        #expect(try await Dnf().packageList(in: tree) == "")
        try folder.write("", to: "tree/var/lib/rpm/Packages.db")
        #expect(try await Dnf().packageList(in: tree).hasPrefix("a|1|2|3|x86_64"))
        let line = try #require(runner.lines.last)
        #expect(line.contains("--dbpath \(folder.path)/bulk/rpm-copy-") && line.contains("'_db_backend ndb'"))
        #expect(runner.calls.last?.environment["HOME"] == "\(folder.path)/bulk/rpm-home-query")
    }

    @Test func removesByForceWithoutScripts() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { call in .output(call.arguments.contains("-qa") ? "app\nlib\n" : "") }
        let tree = try folder.tree(runner)
        try folder.write("", to: "tree/usr/lib/sysimage/rpm/rpmdb.sqlite")
        #expect(
            try await RpmDatabase(tree: tree).installed(of: [Located("app"), Located("gone")]) == ["app"])
        let failure = await #expect(throws: Failure.self) {
            _ = try await RpmDatabase(tree: tree).installed(of: [Located("gone", at: place(7))])
        }
        #expect(failure?.diagnostics.first?.code == "nothing-to-remove")
        #expect(failure?.diagnostics.first?.position == place(7))
    }
}
