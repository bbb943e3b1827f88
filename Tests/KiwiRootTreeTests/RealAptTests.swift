import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// A small repository made on the spot.
private struct LocalRepository {
    let folder: TestFolder
    var path: String { "\(folder.path)/repo" }

    init(_ folder: TestFolder) throws {
        self.folder = folder
        try FileSystem.makeFolder("\(folder.path)/repo")
    }

    func shell(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", script]
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "GNUPGHOME": "\(folder.path)/gnupg", "LC_ALL": "C",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw FileError("run", script, code: process.terminationStatus) }
    }

    func package(_ name: String, _ fields: String = "") throws {
        try folder.write(
            "Package: \(name)\nVersion: 1:1.0\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: test\n\(fields)",
            to: "build/\(name)/DEBIAN/control")
        try folder.write("content of \(name)\n", to: "build/\(name)/usr/share/\(name)/file")
        try shell(
            "chmod 755 '\(folder.path)/build/\(name)/DEBIAN'; dpkg-deb --root-owner-group --build '\(folder.path)/build/\(name)' '\(path)/\(name).deb'"
        )
    }

    /// Writes the index, as `dpkg-scanpackages` would.
    func index() throws {
        try shell(
            """
            cd '\(path)'; : >Packages
            for deb in *.deb; do
                dpkg-deb -f "$deb" >>Packages
                printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)" >>Packages
            done
            """)
    }

    /// Writes and signs a Release file; the public key goes to `NAME.asc`.
    func sign(as name: String) throws {
        try shell(
            """
            cd '\(path)'; mkdir -p -m 700 "$GNUPGHOME"
            gpg --batch --quiet --passphrase '' --quick-generate-key \(name)@example.org default default never
            gpg --batch --armor --export \(name)@example.org >'\(folder.path)/\(name).asc'
            { echo 'Date: Sat, 11 Jan 2025 09:59:02 UTC'; echo 'Origin: test'; echo 'SHA256:'
              echo " $(sha256sum Packages | cut -d' ' -f1) $(stat -c %s Packages) Packages"; } >Release
            gpg --batch --quiet --yes --local-user \(name)@example.org --clearsign --output InRelease Release
            """)
    }

    static func standard(_ folder: TestFolder) throws -> LocalRepository {
        let repository = try LocalRepository(folder)
        try repository.package("base", "Essential: yes\n")
        try repository.package("apt", "Depends: base\n")
        try repository.package("editor", "Depends: editor-data\n")
        try repository.package("editor-data")
        try repository.package("rival", "Conflicts: editor\n")
        try repository.package("systemd-tools")
        try repository.index()
        return repository
    }
}

/// The machine's real apt against repositories made on the spot.
@Suite(
    .enabled(if: FileSystem.exists("/usr/bin/apt-get") && FileSystem.exists("/usr/bin/dpkg-deb"), "needs apt")
)
struct RealAptTests {
    private func resolve(
        _ folder: TestFolder, _ packages: [String], unsigned: Bool = false, key: String? = nil
    ) async throws -> (PackageResolution, Workspace) {
        var repository = Sample.repository("dir://\(folder.path)/repo")
        repository.repositoryGPGCheck = unsigned ? false : nil
        if let key { repository.signingKeys = [Located("file:\(folder.path)/\(key).asc")] }
        let image = Sample.image(packages: packages, repositories: [repository])
        let workspace = try folder.workspace(ProcessRunner(log: BuildLog(), environment: [:]))
        let resolution = try await Apt().resolve(PackageRequest(for: image), in: workspace)
        try await workspace.set(.packageOrigins, resolution.origins)
        return (resolution, workspace)
    }

    private func failure(_ body: () async throws -> Void) async -> Diagnostic? {
        do {
            try await body()
            return nil
        } catch { return (error as? Failure)?.diagnostics.first }
    }

    @Test func resolvesAndFetches() async throws {
        let folder = try TestFolder()
        _ = try LocalRepository.standard(folder)
        let (resolution, workspace) = try await resolve(
            folder, ["editor", "dracut-kiwi-live"], unsigned: true)
        #expect(resolution.list.phase(.bootstrap).packages.map(\.name) == ["base", "apt"])
        #expect(resolution.list.phase(.system).packages.map(\.name) == ["editor-data", "editor"])
        #expect(resolution.list.packages.last?.version == "1:1.0")
        #expect(resolution.repositories.first?.verified == false)
        try await Apt().fetch(resolution.list, in: workspace)
        #expect(Apt().store(workspace).missing(from: resolution.list).isEmpty)
        // The second run takes the kept answer.
        let (again, _) = try await resolve(folder, ["editor", "dracut-kiwi-live"], unsigned: true)
        #expect(again == resolution)
    }

    /// What the repository has by then does not count; without network the cache does.
    @Test func lockFilesAndOffline() async throws {
        let folder = try TestFolder()
        let local = try LocalRepository.standard(folder)
        let (resolution, workspace) = try await resolve(folder, ["editor"], unsigned: true)
        var repository = Sample.repository("dir://\(folder.path)/repo")
        repository.repositoryGPGCheck = false
        let request = PackageRequest(for: Sample.image(packages: ["editor"], repositories: [repository]))
        let lock = PackageLock(resolution, for: request)
        try await Apt().fetch(resolution.list, in: workspace)
        // A newer index without the package.
        try local.shell("rm '\(local.path)/editor-data.deb'")
        try local.index()
        let locked = try await Apt().resolve(lock, for: request, in: workspace)
        #expect(locked.list.packages == resolution.list.packages)
        try await Apt().fetch(locked.list, in: workspace)
        // Neither in the cache nor in the repository.
        var settings = BuildSettings()
        settings.locked = true
        let again = try folder.workspace(
            ProcessRunner(log: BuildLog(), environment: [:]), settings: settings)
        try await again.set(.packageOrigins, locked.origins)
        try FileSystem.removeTree("\(folder.path)/cache/packages")
        let gone = await failure { try await Apt().fetch(locked.list, in: again) }
        #expect(gone?.code == "locked-package-gone" && gone?.message.contains("editor-data 1:1.0") == true)
        // A remote repository that was never read.
        settings = BuildSettings()
        settings.offline = true
        let offline = try folder.workspace(
            ProcessRunner(log: BuildLog(), environment: [:]), settings: settings)
        repository.source.value = "http://127.0.0.1:9/repo"
        let remote = PackageRequest(for: Sample.image(packages: ["editor"], repositories: [repository]))
        let index = await failure { _ = try await Apt().resolve(remote, in: offline) }
        #expect(index?.code == "offline-missing-index")
        try await offline.set(
            .packageOrigins,
            PackageOrigins(
                addresses: Dictionary(
                    uniqueKeysWithValues: locked.list.packages.map { ($0.sha256, "http://127.0.0.1:9/x.deb") }
                )))
        let packages = await failure { try await Apt().fetch(locked.list, in: offline) }
        #expect(packages?.code == "offline-missing-packages")
    }

    @Test func tellsWhatIsMissingAndWhatConflicts() async throws {
        let folder = try TestFolder()
        _ = try LocalRepository.standard(folder)
        let missing = await failure { _ = try await resolve(folder, ["systemd-tool"], unsigned: true) }
        #expect(missing?.code == "missing-package")
        #expect(missing?.remedy?.contains("'systemd-tools'") == true)
        let conflict = await failure { _ = try await resolve(folder, ["editor", "rival"], unsigned: true) }
        #expect(conflict?.code == "package-conflict")
        #expect(conflict?.position != nil)
    }

    @Test func refusesWhatIsNotSigned() async throws {
        let folder = try TestFolder()
        _ = try LocalRepository.standard(folder)
        let found = await failure { _ = try await resolve(folder, ["editor"]) }
        #expect(found?.code == "repository-no-release" || found?.code == "no-signing-key")
        #expect(found?.position == place(13))
    }

    @Test(.enabled(if: FileSystem.exists("/usr/bin/gpg"), "needs gpg")) func verifiesSignatures() async throws
    {
        let folder = try TestFolder()
        let repository = try LocalRepository.standard(folder)
        try repository.sign(as: "wrong")
        try repository.sign(as: "right")
        let (resolution, _) = try await resolve(folder, ["editor"], key: "right")
        #expect(resolution.newestRelease == 1_736_589_542)
        #expect(resolution.repositories.first?.verified == true)
        let found = await failure { _ = try await resolve(folder, ["editor"], key: "wrong") }
        #expect(found?.code == "repository-wrong-key")
        #expect(found?.position == place(13))
    }
}
