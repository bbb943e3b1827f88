import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct RootTreePlannerTests {
    private func describe(_ steps: [any BuildStep]) -> String {
        steps.map { step in
            "\(step.id): \(step.summary)\n  reads \(step.reads.map(\.label).joined(separator: " "))\n"
                + "  writes \(step.writes.map(\.label).joined(separator: " "))\n"
                + "  tools \(step.tools.map(\.tool).joined(separator: " "))\n"
                + "  \(step.reusable ? "reusable" : "always runs")\n"
        }.joined()
    }

    @Test func plansEverything() throws {
        let folder = try TestFolder()
        for name in [
            "config.sh", "images.sh", "post_bootstrap.sh", "root/etc/motd", "my.tar", "config-cdroot.tar",
        ] {
            try folder.write("x", to: "d/\(name)")
        }
        var image = Sample.image(packages: ["bash"], folder: "\(folder.path)/d")
        image.bootstrap.archives = [.init(name: Located("my.tar"))]
        image.users = [User(name: "root", password: "x", passwordFormat: .plain)]
        let contents = try DescriptionContents.scan(image)
        #expect(contents.mediaRoot?.name == "config-cdroot.tar")
        let steps =
            try RootTreePlanner.steps(for: image, contents: contents)
            + CreateTreePlanner(image: image, contents: contents, options: .init(), oldProfile: nil).steps
        if let difference = goldenDifference(describe(steps), "plan-full.txt") {
            Issue.record("\(difference)")
        }
        #expect(
            CreateTreePlanner(image: image, contents: contents, options: .init(), oldProfile: nil).layer
                == .layer("image-type.iso"))
    }

    @Test func plansUpdates() throws {
        let image = Sample.image(packages: ["bash"])
        func plan(_ added: [String], _ removed: [String]) throws -> String {
            describe(try UpdatePlanner.steps(for: image, added: added, removed: removed))
        }
        let text = try [plan([], []), plan(["hello"], ["nano"]), plan([], ["nano"])].joined(
            separator: "\n--\n")
        if let difference = goldenDifference(text, "plan-update.txt") { Issue.record("\(difference)") }
        var request = PackageRequest(for: image)
        request.update = .named
        request.system.packages = [Located("hello"), Located("dracut")]
        let words = AptRequestWords(request)
        #expect(words.bootstrap == [] && words.whole == ["dracut", "hello"])
    }

    @Test func plansLittle() throws {
        let image = Sample.image(packages: ["bash"])
        let steps = try RootTreePlanner.steps(for: image, contents: DescriptionContents())
        if let difference = goldenDifference(describe(steps), "plan-small.txt") {
            Issue.record("\(difference)")
        }
        #expect(
            CreateTreePlanner(
                image: image, contents: DescriptionContents(), options: .init(), oldProfile: nil
            ).layer == .configurationLayer)
    }

    @Test func whatIsNotBuiltIsRefusedAtItsLine() throws {
        var image = Sample.image(packages: ["bash"])
        let place = { (line: Int) in Position(file: "config.xml", line: line, column: 1) }
        image.containers = [
            .init(
                position: place(3), name: "a", reference: "registry/a:latest", backend: "podman", file: "/a",
                fetchOnly: false, loadCommand: [])
        ]
        image.repositories[0].source = Located("iso:///medium.iso", at: place(4))
        image.repositories[0].imageInclude = true
        image.bootstrap.bootstrapPackage = Located("base", at: place(5))
        #expect {
            _ = try RootTreePlanner.steps(for: image, contents: DescriptionContents())
        } throws: { error in
            (error as? Failure)?.diagnostics.map(\.position) == [place(3), place(4), place(5)]
        }
    }

    /// Kept trees lie below any image; what a container is derived from cannot be one of them.
    @Test func keptTreesLieBelow() throws {
        var image = Sample.image(packages: ["bash"])
        var options = PrepareOptions()
        options.stack = [BaseImageSource(text: "a", place: .archive(path: "/s/a.tar", name: nil))]
        let steps = try RootTreePlanner.steps(for: image, contents: DescriptionContents(), options: options)
        #expect(steps.prefix(2).map(\.id) == ["base-image.import", "layer.base"])
        #expect((steps[1] as? UnpackBaseImage)?.withoutDescription == true)
        let layer = try #require(steps.compactMap { $0 as? MakeBootstrapLayer }.first)
        #expect(layer.base == .baseTree)
        // 'create' of the tree makes a container of its own, not one over the kept trees.
        #expect(steps.compactMap { $0 as? MakeConfigurationLayer }.first?.hasBaseImage == false)
        image.type.image = "oci"
        image.type.attributes["derived_from"] = Located("file:///base.tar")
        #expect(throws: Failure.self) {
            try RootTreePlanner.steps(for: image, contents: DescriptionContents(), options: options)
        }
    }

    @Test func keysDoNotKnowFolders() throws {
        let folder = try TestFolder()
        var texts: Set<String> = []
        for name in ["a", "b"] {
            try folder.write("x", to: "\(name)/config.sh")
            try folder.write("x", to: "\(name)/root/etc/motd")
            let contents = try DescriptionContents.scan(Sample.image(folder: "\(folder.path)/\(name)"))
            texts.insert(String(decoding: try CanonicalJSON.encode(contents), as: UTF8.self))
        }
        #expect(texts.count == 1)
    }

    @Test func reportsAllMissingFiles() throws {
        let folder = try TestFolder()
        try folder.write("x", to: "data.tar.gz")
        var image = Sample.image(folder: folder.path)
        image.system.archives = [.init(name: Located("data.tgz", at: place(60)))]
        image.system.files = [.init(name: Located("motd", at: place(61)))]
        image.type.attributes["editbootconfig"] = Located("edit.sh", at: place(62))
        let failure = #expect(throws: Failure.self) { try DescriptionContents.scan(image) }
        #expect(failure?.diagnostics.map(\.code) == ["missing-file", "missing-file", "missing-file"])
        #expect(Set(failure?.diagnostics.compactMap(\.position?.line) ?? []) == [60, 61, 62])
    }

    @Test func ordersBelongToEras() {
        func position(_ action: PrepareAction, _ order: PrepareOrder) -> Int {
            order.actions.firstIndex(of: action) ?? -1
        }
        let now = PrepareOrder.of(schemaVersion: "8.5")
        #expect(position(.systemArchives, now) < position(.overlay, now))
        let old = PrepareOrder.of(schemaVersion: "7.5")
        #expect(position(.overlay, old) < position(.systemArchives, old))
        #expect(!old.sortsArchives)
        #expect(position(.packageScripts, PrepareOrder.of(schemaVersion: "1.4")) > 0)
        #expect(position(.packageScripts, now) == -1)
        #expect(Set(PrepareOrder.first.actions) == Set(PrepareAction.allCases))
    }

    @Test func stopsAtBadNames() {
        let image = Sample.image(packages: ["--option"])
        let failure = #expect(throws: Failure.self) {
            _ = try RootTreePlanner.steps(for: image, contents: DescriptionContents())
        }
        #expect(failure?.diagnostics.map(\.code) == ["bad-package-name"])
        var collections = Sample.image()
        collections.system.collections = [Located("x")]
        #expect(RootTreePlanner.warnings(for: collections).map(\.code) == ["no-effect"])
    }

    @Test func certificatesNeedAFamily() throws {
        let folder = try TestFolder()
        try folder.write("pem", to: "ca.pem")
        var image = Sample.image()
        image.certificates = [Located("\(folder.path)/ca.pem")]
        #expect(try CertificateSetup(for: image)?.distribution == "debian")
        image.certificateDistribution = "plan9"
        let unknown = #expect(throws: Failure.self) { _ = try CertificateSetup(for: image) }
        #expect(unknown?.diagnostics.map(\.code) == ["unknown-certificate-distribution"])
        image.certificateDistribution = nil
        image.certificates = [Located("/gone.pem", at: place(7))]
        let missing = #expect(throws: Failure.self) { _ = try CertificateSetup(for: image) }
        #expect(missing?.diagnostics.map(\.code) == ["missing-certificate"])
    }
}
