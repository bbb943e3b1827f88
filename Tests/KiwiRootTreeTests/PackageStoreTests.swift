import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct PackageStoreTests {
    private func package(_ name: String, _ text: String) -> PackageList.Package {
        PackageList.Package(
            name: name, version: "1", architecture: "all", sha256: Digest(of: text).hex,
            size: Int64(text.utf8.count),
            installedSize: 1, phase: .system, requested: true)
    }

    @Test func fetchesOnlyWhatIsMissing() async throws {
        let folder = try TestFolder()
        let have = package("have", "one")
        let local = package("local", "two!")
        let remote = package("remote", "three")
        try folder.write("one", to: "cache/packages/\(have.sha256).deb")
        try folder.write("two!", to: "repo/local file.deb")
        let runner = FakeRunner { call in
            #expect(call.tool == AptTool.helper)
            #expect(call.arguments.contains("SHA256:\(remote.sha256)"))
            try FileSystem.write("three", to: call.arguments[3])
            return .output("Get:1 http://a [5 B]")
        }
        let workspace = try folder.workspace(runner)
        let store = PackageStore(cache: workspace.folders.cache, ending: "deb")
        let origins = PackageOrigins(addresses: [
            local.sha256: "file:\(folder.path)/repo/local%20file.deb", remote.sha256: "http://a/x.deb",
        ])
        let list = PackageList(packages: [have, local, remote])
        try await AptDownload(store: store, workspace: workspace).run(list, from: origins, replace: false)
        #expect(runner.calls.count == 1)
        #expect(store.missing(from: list).isEmpty)
        #expect(LocalFile.list(store.folder).filter { $0.hasPrefix(".") }.isEmpty)
    }

    @Test func keepsFinishedDownloadsAfterAFailure() async throws {
        let folder = try TestFolder()
        let good = package("good", "good")
        let bad = package("bad", "bad")
        let runner = FakeRunner { call in
            try FileSystem.write("good", to: call.arguments[3])
            return .failed("E: Failed to fetch http://a/bad.deb  404  Not Found\nE: Download Failed")
        }
        let workspace = try folder.workspace(runner)
        let store = PackageStore(cache: workspace.folders.cache, ending: "deb")
        let origins = PackageOrigins(addresses: [good.sha256: "http://a/g", bad.sha256: "http://a/b"])
        let failure = await #expect(throws: Failure.self) {
            try await AptDownload(store: store, workspace: workspace).run(
                PackageList(packages: [good, bad]), from: origins, replace: false)
        }
        #expect(failure?.diagnostics.map(\.code) == ["download-failed"])
        #expect(failure?.diagnostics.first?.message.contains("'bad'") == true)
        #expect(failure?.diagnostics.first?.remedy?.contains("--clear-cache") == true)
        #expect(store.has(good))
        #expect(!store.has(bad))
    }

    @Test func refusesAWrongLocalFile() async throws {
        let folder = try TestFolder()
        let package = package("p", "right")
        try folder.write("wrong", to: "repo/p.deb")
        let workspace = try folder.workspace()
        let origins = PackageOrigins(addresses: [package.sha256: "file:\(folder.path)/repo/p.deb"])
        let failure = await #expect(throws: Failure.self) {
            try await AptDownload(
                store: PackageStore(cache: workspace.folders.cache, ending: "deb"), workspace: workspace
            )
            .run(PackageList(packages: [package]), from: origins, replace: false)
        }
        #expect(failure?.diagnostics.map(\.code) == ["package-checksum"])
    }

    @Test func truncatedFilesAreFetchedAgain() throws {
        let folder = try TestFolder()
        let package = package("p", "complete")
        try folder.write("comp", to: "packages/\(package.sha256).deb")
        #expect(!PackageStore(cache: folder.path, ending: "deb").has(package))
    }

    @Test func listsAreSharedWithoutLocks() throws {
        let folder = try TestFolder()
        let cache = AptListCache(cache: folder.path, sources: Digest(of: "s"))
        try folder.write("old", to: "a/x_InRelease")
        cache.publish("\(folder.path)/a", as: "g1")
        try folder.write("new", to: "b/x_InRelease")
        cache.publish("\(folder.path)/b", as: "g2")
        try FileSystem.makeFolder("\(folder.path)/c")
        cache.restore(into: "\(folder.path)/c")
        #expect(folder.read("c/x_InRelease") == "new")
        #expect(LocalFile.list(cache.folder) == ["g2"])
        cache.clear()
        #expect(LocalFile.list(cache.folder).isEmpty)
    }

    @Test func releasesIdentifyTheRepositories() throws {
        let folder = try TestFolder()
        try folder.write("Origin: D\nDate: Sat, 11 Jan 2025 09:59:02 UTC\n", to: "a_dists_x_InRelease")
        try folder.write("Date: Tue, 29 Feb 2000 00:00:00 UTC\n", to: "b_dists_x_Release")
        try folder.write("P", to: "a_dists_x_main_binary-amd64_Packages")
        let first = try AptReleases(lists: folder.path)
        #expect(first.newest == 1_736_589_542)
        try folder.write("Q", to: "a_dists_x_main_binary-amd64_Packages")
        #expect(try AptReleases(lists: folder.path).digest == first.digest)
        // Without a release file the index itself counts.
        try folder.write("R", to: "_srv_flat_._Packages")
        #expect(try AptReleases(lists: folder.path).digest != first.digest)
        #expect(AptReleases.seconds(ofDate: "Tue, 29 Feb 2000 00:00:00 UTC") == 951_782_400)
        #expect(AptReleases.seconds(ofDate: "nonsense") == nil)
    }

    @Test func extendedStates() {
        var list = PackageList(packages: [package("b", "1"), package("a", "2")])
        list.packages[1].requested = false
        #expect(AptExtendedStates.text(list) == "Package: a\nArchitecture: all\nAuto-Installed: 1\n")
    }
}
