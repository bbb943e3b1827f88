import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct ImageComparisonTests {
    private func file(_ content: String, mode: UInt32 = 0o644, user: Int = 0) -> ComparedEntry {
        var entry = ComparedEntry(kind: .file, mode: mode, user: user, group: 0)
        entry.content = Digest(of: content).hex
        entry.size = Int64(content.utf8.count)
        return entry
    }

    private func contents(_ version: String?, _ entries: [String: ComparedEntry], packages: String = "")
        -> ImageContents
    {
        var contents = ImageContents(path: "/results/\(version ?? "x").iso", kind: "iso")
        contents.version = version
        contents.bytes = 1 << 20
        contents.digest = "d"
        contents.tree = TreeIndex()
        contents.tree?.entries = entries
        contents.packages = PackageVersions(packageList: packages)
        contents.settings = [:]
        return contents
    }

    @Test func everyKindOfDifference() {
        var link = ComparedEntry(kind: .link, mode: 0o777, user: 0, group: 0)
        link.content = "old"
        var first = contents(
            "1.2.3", ["/a": file("x"), "/gone": file(""), "/m": file("m"), "/same": file("s"), "/l": link],
            packages: "bash|None|5|None|amd64|None|None\nnano|None|7|None|amd64|None|None\n")
        link.content = "new"
        var changed = file("m", mode: 0o4755, user: 9)
        changed.setAttribute("user.a", [1, 2])
        var second = contents(
            "1.2.4",
            ["/a": file("xyz"), "/new": file(""), "/m": changed, "/same": file("s"), "/l": link, "/k": link],
            packages: "bash|None|5.1|None|amd64|None|None\nvim|None|9|None|all|None|None\n")
        second.bytes = 3 << 20
        second.digest = "e"
        first.settings = ["options.profiles": "a", "options.type": "iso"]
        second.settings = ["options.profiles": "b", "tools.xz": "xz \u{1b}[31m"]
        first.medium = TreeIndex()
        second.medium = TreeIndex()
        second.medium?.entries["/boot/grub.cfg"] = file("g")
        second.tree?.entries["/same"]?.time = 7
        first.tree?.entries["/same"]?.time = 6
        let comparison = ImageComparison(first, second)
        #expect(goldenDifference(comparison.text() + "\n", "image-diff.txt") == nil)
        #expect(comparison.text(limit: 1).contains("... and 5 more"))
        #expect(!comparison.isEqual && comparison.versionPart == .minor && comparison.nextVersion == "1.3.0")
    }

    @Test func theVersionFollowsTheRule() {
        let first = contents("1.2.3", ["/a": file("x")], packages: "a|None|1|None|all|None|None")
        func part(_ change: (inout ImageContents) -> Void) -> ImageComparison {
            var second = first
            change(&second)
            return ImageComparison(first, second)
        }
        #expect(part { _ in }.isEqual && part { _ in }.versionPart == nil)
        let file = part { $0.tree?.entries["/a"]?.mode = 0 }
        #expect(file.versionPart == .release && file.nextVersion == "1.2.4")
        let update = part { $0.packages = PackageVersions(packageList: "a|None|2|None|all|None|None") }
        #expect(update.versionPart == .release)
        let added = part {
            $0.packages = PackageVersions(
                packageList: "a|None|1|None|all|None|None\nb|None|1|None|all|None|None")
        }
        #expect(added.versionPart == .minor && added.nextVersion == "1.3.0")
        // The bytes of a packed image say nothing about its size.
        let packing = part {
            $0.bytes = 5
            $0.digest = "other"
        }
        #expect(packing.versionPart == nil && !packing.isEqual && packing.isEqualInContent)
        var small = first
        var large = first
        small.chosenSize = 1 << 30
        large.chosenSize = 2 << 30
        #expect(ImageComparison(small, large).nextVersion == "2.0.0")
        #expect(
            VersionPart.release.raised("1.2") == nil
                && VersionPart.release.raised("1.2.9223372036854775807") == nil)
    }

    @Test func whatIsNotKnownIsNotCompared() {
        let first = contents("1.0.0", ["/a": file("x")])
        var second = contents("1.0.0", ["/a": file("x")])
        second.packages = nil
        second.tree?.entries["/a"]?.setAttribute("user.a", [1])
        second.tree?.hasAttributes = false
        let comparison = ImageComparison(first, second)
        #expect(comparison.packages == nil && comparison.files == [] && !comparison.comparesAttributes)
        second.tree = nil
        second.digest = "e"
        let text = ImageComparison(first, second).text()
        #expect(text.contains("packages: not compared") && text.contains("files: not compared"))
    }

    @Test func packagesOfEverySource() throws {
        let list = PackageVersions(
            packageList: "a|None|1|None|amd64|None|None\nk|(none)|1|2|x86_64|x|GPL\nk|(none)|1|3|x86_64|x|GPL"
        )
        #expect(list.versions[.init(name: "k", architecture: "x86_64")] == "1-2, 1-3")
        let status = PackageVersions(
            dpkgStatus:
                "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nDescription: x\n Version: 9\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n"
        )
        #expect(status.versions == [.init(name: "a", architecture: "amd64"): "1"])
        let spdx =
            #"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "image"}, {"name": "a", "versionInfo": "1", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/a@1?arch=amd64&distro=x"}]}]}"#
        let cyclone =
            #"{"bomFormat": "CycloneDX", "components": [{"name": "a", "version": "1", "purl": "pkg:deb/debian/a@1?arch=amd64"}]}"#
        for text in [spdx, cyclone] {
            #expect(try #require(PackageVersions(billOfMaterials: Array(text.utf8))) == status)
        }
        #expect(PackageVersions(billOfMaterials: Array("{}".utf8)) == nil)
    }
}
