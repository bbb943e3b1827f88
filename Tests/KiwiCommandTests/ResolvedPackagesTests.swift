import Foundation
import KiwiRootTree
import Testing

@testable import kiwi

@Suite struct ResolvedPackagesTests {
    private func package(_ name: String, _ architecture: String = "amd64", requested: Bool = false)
        -> PackageList.Package
    {
        PackageList.Package(
            name: name, version: "1.0-1", architecture: architecture, sha256: "\(name)-\(architecture)",
            size: 100, installedSize: 1000, phase: .system, requested: requested)
    }

    @Test func kiwisFormWithSizes() throws {
        let list = PackageList(packages: [
            package("a", requested: true), package("b"), package("b", "i386"),
        ])
        let resolution = PackageResolution(
            list: list,
            origins: PackageOrigins(addresses: [
                "a-amd64": "http://host/debian/security/pool/a.deb",
                "b-amd64": "http://host/debian/pool/b.deb",
            ]), newestRelease: nil,
            repositories: [
                repository("http://host/debian"), repository("http://host/debian/security"),
            ])
        let resolved = ResolvedPackages(resolution)
        #expect(resolved.packages.keys.sorted() == ["a", "b", "b:i386"])
        let a = try #require(resolved.packages["a"])
        #expect(a.source == "http://host/debian/security" && a.status == "listed_in_kiwi_description")
        let b = try #require(resolved.packages["b"])
        #expect(b.source == "http://host/debian" && b.status == "added_by_dependency_solver")
        #expect(resolved.totals.packages == 3 && resolved.totals.installedSize == 3000)
        #expect(resolved.totals.downloadSize == 300)
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(a)) as? [String: Any]
        #expect(
            json.map { Set($0.keys) }
                == [
                    "version", "arch", "source", "installsize_bytes", "downloadsize_bytes", "status", "phase",
                ])
    }

    private func repository(_ address: String) -> UsedRepository {
        UsedRepository(
            alias: "r", source: "buildhost:", addresses: [address], distribution: nil, components: [],
            verified: true)
    }
}
