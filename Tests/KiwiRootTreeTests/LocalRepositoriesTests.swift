import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// Repositories of a build service worker, on ISO images, and those that scripts change.
@Suite struct LocalRepositoriesTests {
    private func repository(_ source: String, alias: String? = nil) -> Repository {
        Repository(position: place(3), source: Located(source, at: place(4)), type: "rpm-md", alias: alias)
    }

    @Test func aWorkerHasFolders() throws {
        let folder = try TestFolder()
        let repos = "usr/src/packages/SOURCES/repos"
        for path in [
            "openSUSE:Leap:15.6/standard", "openSUSE:/Leap:/15.6/standard", "home:me/images",
            "home:/me/images",
        ] { try folder.write("", to: "\(repos)/\(path)/repodata/repomd.xml") }
        try folder.write("", to: "\(repos)/Arch/extra/extra.db")
        let worker = BuildServiceRepositories(below: folder.path)
        let names = ["Arch/extra", "home:me/images", "openSUSE:Leap:15.6/standard"]
        #expect(worker.all.map(\.name) == names)

        let everything = try worker.localized([repository("obsrepositories:/")], mirrors: [])
        #expect(everything.map(\.alias) == names)
        #expect(everything.allSatisfy { $0.repositoryGPGCheck == false && $0.position == place(3) })
        #expect(everything[0].components == ["extra"])

        let plain = repository("https://x.example.org")
        for form in [
            "obs://openSUSE:Leap:15.6/standard", "obs://openSUSE:/Leap:/15.6/standard",
            // What a worker gives with --add-repo.
            "dir:///./repos/openSUSE:/Leap:/15.6/standard", "dir://./repos/openSUSE:Leap:15.6/standard",
            "dir:///usr/src/packages/SOURCES/repos/openSUSE:Leap:15.6/standard/",
        ] {
            let one = try worker.localized([repository(form, alias: "leap"), plain], mirrors: [])
            #expect(one.map(\.alias) == ["leap", nil] && one[1] == plain)
            #expect(one[0].repositoryGPGCheck == false)
            #expect(FileSystem.isFolder(String(one[0].source.value.dropFirst("dir://".count)) + "/repodata"))
        }
        // Other folders are not the worker's, and must be signed.
        for other in [
            "dir:///srv/repos/home:me/images", "dir:///repos/../srv/home:me/images", "/repos/home:me/images",
        ] {
            #expect(try worker.localized([repository(other)], mirrors: []) == [repository(other)])
        }
        // A mirror that is given for one build counts more.
        let rule = MirrorRule(from: "obs://home:me", to: "https://y.example.org")
        let kept = try worker.localized([repository("obs://home:me/images")], mirrors: [rule])
        #expect(kept[0].source.value == "obs://home:me/images")
    }

    @Test func whatAWorkerLacksIsNamed() throws {
        let folder = try TestFolder()
        let worker = BuildServiceRepositories(below: folder.path)
        for source in ["obsrepositories:/", "obs://a:b/c", "obs://../etc", "dir:///./repos/a:/b/c"] {
            let failure = #expect(throws: Failure.self) {
                _ = try worker.localized([repository(source)], mirrors: [])
            }
            #expect(failure?.diagnostics.first?.code == "missing-repository")
            #expect(failure?.diagnostics.first?.position == place(4))
        }
    }

    @Test func isosAreUnpackedOnce() async throws {
        let folder = try TestFolder()
        try folder.write("iso", to: "medium.iso")
        let runner = FakeRunner { call in
            if let target = call.arguments.last, call.tool == "xorriso" {
                try FileSystem.makeFolder("\(target)/repodata")
            }
            return .output("")
        }
        let workspace = try folder.workspace(runner)
        var request = PackageRequest(
            repositories: [repository("iso://\(folder.path)/medium.iso", alias: "medium")],
            architecture: .host)
        #expect(LocalRepositories.tools(for: request).map(\.names) == [["xorriso"]])
        let found = try await LocalRepositories(workspace: workspace).request(request)
        let source = found.repositories[0].source.value
        #expect(source.hasPrefix("dir://\(folder.path)/cache/iso/media/"))
        #expect(FileSystem.isFolder(String(source.dropFirst("dir://".count)) + "/repodata"))
        #expect(found.repositories[0].alias == "medium")
        let again = try await LocalRepositories(workspace: workspace).request(request)
        #expect(again.repositories == found.repositories)
        #expect(runner.calls.filter { $0.tool == "xorriso" }.count == 1)

        request.repositories[0].source.value = "iso:/nowhere.iso"
        let missing = request
        let failure = await #expect(throws: Failure.self) {
            _ = try await LocalRepositories(workspace: workspace).request(missing)
        }
        #expect(failure?.diagnostics.first?.code == "missing-repository")
        #expect(
            LocalRepositories.isoPath("iso://relative") == nil && LocalRepositories.isoPath("dir:///x") == nil
        )
    }

    @Test func brokenISOsAreNamed() async throws {
        let folder = try TestFolder()
        try folder.write("no iso", to: "medium.iso")
        let workspace = try folder.workspace(FakeRunner { _ in .failed("xorriso : FAILURE", code: 5) })
        let request = PackageRequest(
            repositories: [repository("iso://\(folder.path)/medium.iso")], architecture: .host)
        let failure = await #expect(throws: Failure.self) {
            _ = try await LocalRepositories(workspace: workspace).request(request)
        }
        #expect(failure?.diagnostics.first?.code == "iso-repository")
        #expect(LocalFile.list("\(folder.path)/cache/iso/media").isEmpty)
        // An empty medium.
        let silent = try folder.workspace(FakeRunner { _ in .output("") })
        await #expect(throws: Failure.self) {
            _ = try await LocalRepositories(workspace: silent).request(request)
        }
    }

    @Test func scriptsSeeTheFile() async throws {
        let folder = try TestFolder()
        try folder.write("", to: "description/edit.sh")
        let runner = FakeRunner { call in
            if let file = call.arguments.last {
                try FileSystem.write(try FileSystem.readText(file) + "more\n", to: file)
            }
            return .output("")
        }
        var one = repository("dir:///srv")
        one.customize = Located("edit.sh", at: place(5))
        one = one.withScript(in: "\(folder.path)/description")
        let script = try #require(RepositoryScript(of: one, in: try folder.workspace(runner)))
        #expect(try await script.edited("text\n", name: "a.repo") == "text\nmore\n")
        let call = try #require(runner.calls.first)
        #expect(
            call.tool == "bash"
                && call.arguments.prefix(2) == ["--norc", "\(folder.path)/description/edit.sh"])
        #expect(call.arguments.last?.hasSuffix("/a.repo") == true)
        #expect(try [one].scriptDigests.count == 1)
        #expect(RepositoryScript(of: repository("dir:///srv"), in: try folder.workspace()) == nil)
    }
}
