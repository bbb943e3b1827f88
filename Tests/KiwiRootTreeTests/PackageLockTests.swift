import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// Lock files: what they say, when they fit, and what is said when something is gone.
@Suite struct PackageLockTests {
    private func package(_ name: String, _ version: String = "1-1", content: String? = nil)
        -> PackageList.Package
    {
        PackageList.Package(
            name: name, version: version, architecture: "noarch",
            sha256: Digest(of: content ?? name).hex, size: Int64((content ?? name).utf8.count),
            installedSize: 10, phase: .system, requested: true)
    }

    private func request(_ packages: [String] = ["app"]) -> PackageRequest {
        var image = Sample.image(
            packages: packages,
            repositories: [
                Repository(source: Located("https://me:sesame@repo.example.org/rpm"), type: "rpm-md")
            ])
        image.packageManager = Located("dnf4", at: place(9))
        return PackageRequest(for: image)
    }

    private func resolution(_ origin: String) -> PackageResolution {
        let one = package("app")
        return PackageResolution(
            list: PackageList(packages: [one]), origins: PackageOrigins(addresses: [one.sha256: origin]),
            newestRelease: 1_700_000_000)
    }

    @Test func keepsWhatCountsAndNoSecrets() throws {
        let folder = try TestFolder()
        let lock = PackageLock(
            resolution("https://me:sesame@repo.example.org/rpm/app.rpm"), for: request())
        let text = try lock.text
        #expect(!text.contains("sesame") && text.contains("https://repo.example.org/rpm/app.rpm"))
        try folder.write(text, to: "kiwi.lock")
        let again = try PackageLock.read("\(folder.path)/kiwi.lock")
        #expect(again == lock && again.list.packages == resolution("").list.packages)
        #expect(again.newestRelease == 1_700_000_000)
        let mirrored = again.origins(mirrors: [MirrorRule(from: "https://repo.example.org", to: "file:/srv")])
        #expect(mirrored.addresses.values.first == "file:/srv/rpm/app.rpm")
    }

    @Test func refusesWhatIsNoLockFile() throws {
        let folder = try TestFolder()
        let good = try PackageLock(resolution("file:/a.rpm"), for: request()).text
        for (text, code) in [
            ("{}", "bad-lock-file"),
            (good.replacing("\"format\" : 1", with: "\"format\" : 9"), "bad-lock-file"),
            (good.replacing("\"app\"", with: "\"../app\""), "bad-lock-file"),
            (good.replacing("\"app\"", with: "\"--root\""), "bad-lock-file"), ("", "bad-lock-file"),
        ] {
            try folder.write(text, to: "kiwi.lock")
            let failure = #expect(throws: Failure.self) { try PackageLock.read("\(folder.path)/kiwi.lock") }
            #expect(failure?.diagnostics.map(\.code) == [code])
        }
        let missing = #expect(throws: Failure.self) { try PackageLock.read("\(folder.path)/none") }
        #expect(missing?.diagnostics.map(\.code) == ["no-lock-file"])
    }

    @Test func saysWhatHasChanged() throws {
        let lock = PackageLock(resolution("file:/a.rpm"), for: request())
        try lock.check(request())
        let failure = #expect(throws: Failure.self) { try lock.check(request(["lib"])) }
        #expect(
            failure?.diagnostics.map(\.message) == [
                "the lock file does not know: system package lib",
                "the lock file was made for a description that also asked: system package app",
            ])
        #expect(failure?.diagnostics.first?.position != nil)
        var other = request()
        other.architecture = Architecture(rawValue: "aarch64")
        other.manager.value = "zypper"
        #expect(throws: Failure.self) { try lock.check(other) }
        var based = request()
        based.base = .baseTree
        let refusal = #expect(throws: Failure.self) { try lock.check(based) }
        #expect(refusal?.diagnostics.map(\.code) == ["lock-with-base"])
    }

    @Test func fetchesVerifiesAndNamesWhatIsGone() async throws {
        let folder = try TestFolder()
        try folder.write("app", to: "repo/app 1.rpm")
        try folder.write("changed", to: "repo/lib.rpm")
        let workspace = try folder.workspace()
        let store = PackageStore(cache: "\(folder.path)/cache", ending: "rpm")
        let packages = [package("app"), package("lib"), package("old", "2:3-4")]
        let resolution = PackageResolution(
            list: PackageList(packages: packages),
            origins: PackageOrigins(addresses: [
                packages[0].sha256: "file:\(folder.path)/repo/app%201.rpm",
                packages[1].sha256: "file:\(folder.path)/repo/lib.rpm",
                packages[2].sha256: "https://repo.example.org/old.rpm",
            ]), newestRelease: nil)
        let lock = PackageLock(resolution, for: request())
        do {
            try await LockedFiles(lock: lock, store: store, workspace: workspace).run()
            Issue.record("nothing was missed")
        } catch let failure as Failure {
            #expect(failure.diagnostics.map(\.code) == ["locked-package-gone"])
            #expect(failure.diagnostics[0].message.contains("2 packages"))
            #expect(failure.diagnostics[0].message.hasSuffix("lib 1-1, old 2:3-4"))
        }
        #expect(store.has(packages[0]) && !store.has(packages[1]))
        var settings = BuildSettings()
        settings.offline = true
        do {
            try await LockedFiles(
                lock: lock, store: store, workspace: try folder.workspace(settings: settings)
            ).run()
            Issue.record("nothing was missed")
        } catch let failure as Failure {
            #expect(failure.diagnostics.map(\.code) == ["offline-missing-packages"])
            #expect(failure.diagnostics[0].message.hasSuffix(": old 2:3-4"))
        }
    }

    /// Neither addresses nor passwords are on curl's command line.
    @Test func curlReadsAddressesFromItsInput() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner()
        let store = PackageStore(cache: "\(folder.path)/cache", ending: "rpm")
        let lock = PackageLock(resolution("https://repo.example.org/rpm/app.rpm"), for: request())
        let files = LockedFiles(
            lock: lock, store: store, workspace: try folder.workspace(runner),
            logins: [("https://repo.example.org/rpm", .init(user: "me", password: "ses\"ame"))])
        _ = try? await files.run()
        #expect(runner.lines == ["curl -q --parallel --parallel-max 4 --config -"])
        guard case .text(let input)? = runner.calls.first?.input else {
            Issue.record("no input")
            return
        }
        #expect(input.contains("user = \"me:ses\\\"ame\"\n"))
        #expect(input.contains("url = \"https://repo.example.org/rpm/app.rpm\"\n"))
    }

    @Test func confirmsTheChoice() throws {
        let folder = try TestFolder()
        let workspace = try folder.workspace()
        var lock = PackageLock(resolution("file:/a.rpm"), for: request())
        lock.packages[0].checksum = String(repeating: "ab", count: 64)
        let repository = LockedRepository(
            lock: lock, store: PackageStore(cache: folder.path, ending: "rpm"), workspace: workspace)
        let confirmed = try repository.confirm(resolution("file:/locked/app.rpm"))
        #expect(confirmed.list.packages.map(\.sha256) == [lock.packages[0].checksum])
        #expect(confirmed.origins.addresses == [lock.packages[0].checksum: "file:/locked/app.rpm"])
        var other = resolution("file:/locked/app.rpm")
        other.list.packages[0].version = "2-1"
        let failure = #expect(throws: Failure.self) { try repository.confirm(other) }
        #expect(failure?.diagnostics.map(\.code) == ["lock-differs"])
    }
}
