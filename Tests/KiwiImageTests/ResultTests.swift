import KiwiDescription
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct ResultTests {
    private func publish(_ attributes: [String: String] = [:]) throws -> PublishResults {
        let steps = try LiveImagePlanner().steps(
            for: Samples.image(attributes), tree: .layer("t"), options: CreateOptions())
        return try #require(steps.last as? PublishResults)
    }

    @Test func resultListIsKiwis() throws {
        #expect(
            try goldenDifference(
                publish(["bundle_format": "%N-%v"]).resultList(in: "/target").kiwiText, "kiwi.result.json")
                == nil)
    }

    @Test func namesFollowTheStem() throws {
        #expect(
            try publish().files.map(\.name)
                == ["iso", "packages", "verified", "changes", "spdx.json", "cdx.json"].map {
                    "demo.x86_64-1.2.3.\($0)"
                })
    }

    @Test func jsonIsASCIIWithFourBlanks() {
        let json = JSONValue.object([
            "b": .array([.number(1), .null]), "a": .string("ü\"\n"), "c": .object([:]),
        ])
        #expect(
            json.kiwiText
                == "{\n    \"a\": \"\\u00fc\\\"\\n\",\n    \"b\": [\n        1,\n        null\n    ],\n    \"c\": {}\n}\n"
        )
    }

    @Test func theManifestSaysWhatIsNeededToBuildAgain() {
        var options = CreateOptions()
        options.descriptionDigest = "abc"
        options.manifest = ["--setenv": "A=b"]
        let manifest = Manifest(
            image: ImageSummary(Samples.image(), options: options), clock: 5, layers: ["layer:packages": "k"],
            tools: ["xorriso": "xorriso 1.5.4"], results: ["demo.iso": (7, "ff", "live_image")],
            repositories: [Samples.repository])
        #expect(goldenDifference(manifest.json.kiwiText, "manifest.json") == nil)
    }

    @Test func reportsAreCompared() {
        let text = """
            Volume Id    : DEMO
            El Torito boot img :   1  BIOS  y   none  0x0000  0x00      4         183
            El Torito boot img :   2  UEFI  y   none  0x0000  0x00   4096      136076
            System area summary: MBR protective-msdos-label grub2-mbr cyl-align-off GPT
            -rw-r--r--    1 0        0         3000000 Nov 14  2023 '/LiveOS/squashfs.img'
            """
        let report = ISOReport(text)
        #expect(report.bootEntries == ["BIOS", "UEFI"])
        #expect(report.volumeID == "DEMO" && report.hasGPT && report.hasMBR)
        var expected = report
        #expect(report.differences(from: expected).isEmpty)
        expected.files["/LiveOS/squashfs.img"] = 1
        expected.bootEntries = ["BIOS"]
        expected.volumeID = "X"
        #expect(report.differences(from: expected).count == 3)
    }
}
