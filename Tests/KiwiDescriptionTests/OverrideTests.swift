import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct OverrideTests {
    private func resolve(
        _ sample: Sample = Sample(), _ change: (inout Overrides) -> Void
    ) throws -> ResolvedImage {
        var request = ResolveRequest(architecture: .x86_64)
        change(&request.overrides)
        return try sample.load().resolve(request)
    }

    @Test func repositories() throws {
        var sample = Sample()
        sample.repository = """
            <repository alias="one"><source path="https://example.org/one"/></repository>
            <repository imageonly="true"><source path="https://example.org/two"/></repository>
            """
        let changed = try resolve(sample) {
            $0.setRepository = ",rpm-md,,5,true,true,{file:///a;file:///b},main extra,sid,false,metalink"
            $0.setRepositoryCredentials = "me:secret"
            $0.addRepositories = ["https://example.org/three,apt-deb,three,x", "dir:///four"]
            $0.addRepositoryCredentials = ["you:word"]
        }
        #expect(changed.repositories.count == 4)
        let first = changed.repositories[0]
        #expect(first.source.value == "https://me:secret@example.org/one")
        #expect(first.alias == "one" && first.type == "rpm-md" && first.priority == 5)
        #expect(first.imageInclude && first.packageGPGCheck == true && first.repositoryGPGCheck == false)
        #expect(first.signingKeys.map(\.value) == ["file:///a", "file:///b"])
        #expect(
            first.components == ["main", "extra"] && first.distribution == "sid"
                && first.sourceType == "metalink")
        #expect(changed.repositories[2].source.value == "https://you:word@example.org/three")
        #expect(changed.repositories[2].alias == "three" && changed.repositories[2].priority == nil)
        #expect(changed.repositories[3].source.value == "dir:///four")
        #expect(changed.notes.map(\.code) == ["override-without-effect"])
        #expect(try resolve(sample) { $0.ignoreRepositories = true }.repositories.isEmpty)
        #expect(
            try resolve(sample) { $0.ignoreRepositoriesUsedForBuild = true }.repositories.map(\.imageOnly)
                == [true])
    }

    @Test func typeAttributes() throws {
        let image = try resolve { $0.setTypeAttributes = ["volid=NEW", "hybridpersistent=false"] }
        #expect(image.type.string("volid") == "NEW")
        #expect(image.type.flag("hybridpersistent", default: true) == false)
        #expect(image.environment["kiwi_live_volid"] == "NEW")
        for wrong in ["volid", "voild=x", "mediacheck=yes", "installiso=true", "image=oem"] {
            let failure = #expect(throws: Failure.self) { try resolve { $0.setTypeAttributes = [wrong] } }
            #expect(failure?.exitCode == .usage)
        }
    }

    @Test func packagesAndVersions() throws {
        let image = try resolve {
            $0.setReleaseVersion = "42"
            $0.addPackages = ["vim"]
            $0.deletePackages = ["nano"]
            $0.addBootstrapPackages = ["attr"]
            $0.signingKeys = ["https://example.org/$releasever.key"]
            $0.caCertificates = ["/ca.pem"]
            $0.caTargetDistribution = "debian"
        }
        #expect(image.releaseVersion == "42")
        #expect(image.addPackages == ["vim"] && image.deletePackagesOnDemand == ["nano"])
        #expect(image.bootstrap.packages.map(\.value) == ["apt", "attr", "filesystem"])
        #expect(image.trustedKeys.map(\.value) == ["https://example.org/42.key"])
        #expect(image.certificates.map(\.value) == ["/ca.pem"] && image.certificateDistribution == "debian")
    }

    @Test func containers() throws {
        var sample = Sample()
        sample.type = #"image="docker""#
        let image = try resolve(sample) {
            $0.addContainerLabels = ["a=1", "a=2", "b=x=y", "broken"]
            $0.setContainerTag = "new"
        }
        #expect(
            image.type.containerConfig?.labels == [
                .init(name: "a", value: "2"), .init(name: "b", value: "x=y"),
            ])
        #expect(image.type.containerConfig?.attributes.string("name") == "kiwi-container")
        #expect(image.notes.count == 2)
    }

    @Test func stateCopy() throws {
        var sample = Sample()
        sample.image = #"schemaversion="7.5" name="sample""#
        sample.preferences = "<version>1.2.3</version><packagemanager>dnf</packagemanager>"
        sample.repository = """
            <repository username="u" password="secret"><source path="https://u:secret@example.org/x"/></repository>
            <repository><source path="this://packages"/></repository>
            """
        sample.sections = #"<include from="this://part.xml"/>"#
        sample.files = [
            "part.xml":
                "<!DOCTYPE image [<!ENTITY e 'a&amp;b'>]><image><!-- kept --><packages type='delete'><package name='&e;'/></packages></image>"
        ]
        var request = ResolveRequest(architecture: .x86_64)
        request.overrides.setTypeAttributes = ["volid=NEW"]
        request.overrides.addRepositories = ["https://me:secret@example.org/y"]
        let text = try sample.load().stateCopy(request)
        #expect(!text.contains("secret"))
        #expect(text.contains("<!-- kept -->"))
        let copy = try TestFolder(["image/config.xml": text]).load()
        let image = try copy.resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.sourceSchemaVersion == "8.5")
        #expect(image.packageManager.value == "dnf4")
        #expect(image.type.string("volid") == "NEW")
        #expect(image.deletePackages.map(\.value) == ["a&b"])
        #expect(image.repositories[1].source.value.hasPrefix("dir:///"))
        #expect(image.repositories.map(\.source.value).last == "https://example.org/y")
    }
}
