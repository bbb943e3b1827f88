import KiwiDescription
import KiwiRootTree
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct BillOfMaterialsTests {
    private var bill: BillOfMaterials {
        var bash = InstalledPackage(format: .deb, name: "bash", version: "5.2.15-2+b7", architecture: "amd64")
        bash.sourceName = "bash"
        bash.sourceVersion = "5.2.15-2"
        bash.maintainer = "Jane Doe <jane@example.org>"
        bash.homepage = "http://example.org/bash"
        bash.licenses = ["GPL-3+", "Expat", "GPL-2+ or Apache-2.0"]
        var odd = InstalledPackage(format: .deb, name: "g++", version: "1:2~rc1", architecture: "all")
        odd.maintainer = "Compiler Maintainers <c@example.org>"
        odd.homepage = "javascript:alert(1)"
        odd.licenses = ["GPL-3+", "my own license"]
        return BillOfMaterials(
            image: ImageSummary(Samples.image(), options: CreateOptions()), program: "1.2",
            distribution: OSRelease(id: "debian", version: "12"), packages: [bash, odd],
            repositories: [Samples.repository], clock: 1_700_000_000)
    }

    @Test func documents() {
        #expect(goldenDifference(bill.spdx.text + "\n", "sbom.spdx.json") == nil)
        #expect(goldenDifference(bill.cycloneDX.text + "\n", "sbom.cdx.json") == nil)
    }

    @Test func idsFollowTheContent() {
        var other = bill
        #expect(other.id("spdx") == bill.id("spdx"))
        other.packages[0].version = "6"
        #expect(other.id("spdx") != bill.id("spdx"))
        #expect(bill.id("spdx") != bill.id("cyclonedx"))
    }

    @Test func licenses() {
        #expect(LicenseExpression.of(["LGPL-2.1+"]) == "LGPL-2.1-or-later")
        #expect(LicenseExpression.of(["GPL-2", "GPL-2"]) == "GPL-2.0-only")
        #expect(LicenseExpression.of(["GPL-2.0-or-later"]) == "GPL-2.0-or-later")
        #expect(LicenseExpression.of(["Expat or GPL-3+", "ISC"]) == "(MIT OR GPL-3.0-or-later) AND ISC")
        for unknown in [[], ["GPL-9"], ["public-domain"], ["Expat or mine"], ["GPL-2+ with exception"]] {
            #expect(LicenseExpression.of(unknown) == nil)
        }
    }

    @Test func distributions() {
        #expect(
            OSRelease(parsing: "NAME=x\nID=debian\nVERSION_ID=\"12\"\n")
                == OSRelease(id: "debian", version: "12"))
        #expect(OSRelease(parsing: "ID='arch'\n") == OSRelease(id: "arch"))
        #expect(OSRelease(parsing: "NAME=x\n") == nil)
    }

    @Test func packageListsOfOtherManagersAreEnough() {
        let list = InstalledPackage.list(
            parsing:
                "a|None|1.0|None|amd64|None|None\nb|(none)|2|3|x86_64|(none)|MIT\nc|1|2|3|noarch|x|GPL-2.0-only\nbad\n"
        )
        #expect(list.map(\.format) == [.deb, .rpm, .rpm])
        #expect(list.map(\.version) == ["1.0", "2-3", "2-3"])
        #expect(list.map(\.epoch) == [nil, nil, "1"])
        #expect(list[1].licenses == ["MIT"])
        #expect(
            PackageURL.of(list[2], in: OSRelease(id: "opensuse-leap", version: "15.6"))
                == "pkg:rpm/opensuse-leap/c@2-3?arch=noarch&distro=opensuse-leap-15.6&epoch=1")
    }
}
