import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct IncludeTests {
    private func packages(_ main: String, _ files: [String: String], fetch: IncludeFetcher? = nil) throws
        -> [String]
    {
        var sample = Sample()
        sample.sections = main
        let folder = try TestFolder(files.merging(["config.xml": sample.text]) { $1 })
        let loaded = try DescriptionLoader.load(folder: folder.path, fetch: fetch)
        return try loaded.resolve(ResolveRequest(architecture: .x86_64)).system.packages.map(\.value)
    }

    private static func part(_ name: String, _ more: String = "") -> String {
        "<image>\n\(more)<packages type=\"image\"><package name=\"\(name)\"/></packages></image>"
    }

    @Test func includesAreNested() throws {
        let found = try packages(
            #"<include from="this://a.xml"/>"#,
            [
                "a.xml": Self.part("a", #"<include from="this://sub/b.xml"/>"#),
                "sub/b.xml": Self.part("b", #"<include from="this:///c.xml"/>"#), "c.xml": Self.part("c"),
            ])
        #expect(found == ["a", "b", "c", "kernel"])
    }

    @Test func otherMachinesAreAskedByTheFetcher() throws {
        let found = try packages(#"<include from="https://u:p@example.org/a.xml"/>"#, [:]) { url, limit in
            #expect(url == "https://u:p@example.org/a.xml" && limit == ReadingLimits().fileSize)
            return Array(Self.part("remote").utf8)
        }
        #expect(found == ["kernel", "remote"])
    }

    @Test func mistakesOfOtherMachinesHaveTheirPlaceWithoutPassword() throws {
        let failure = #expect(throws: Failure.self) {
            try packages(#"<include from="https://u:p@example.org/a.xml"/>"#, [:]) { _, _ in
                Array("<image>\n<pakages/></image>".utf8)
            }
        }
        #expect(failure?.diagnostics.map { $0.position?.description } == ["https://example.org/a.xml:2:2"])
    }

    @Test func aFailedFetchIsToldAtTheInclude() throws {
        let failure = #expect(throws: Failure.self) {
            try packages(#"<include from="https://u:p@example.org/a.xml"/>"#, [:]) {
                _, _ throws(Diagnostic) in
                throw Diagnostic("download-failed", "no such host")
            }
        }
        #expect(failure?.diagnostics.map(\.code) == ["include-missing"])
        #expect(failure?.description.contains("no such host") == true)
        #expect(failure?.description.contains("u:p") == false)
    }

    @Test(arguments: [
        #"<include from="this://config.xml"/>"#, #"<include from="https://example.org/a.xml"/>"#,
        #"<include from="ftp://example.org/a.xml"/>"#, #"<include from="this://none.xml"/>"#,
    ])
    func whatCannotBeIncludedIsRefusedAtItsPlace(_ main: String) throws {
        let failure = #expect(throws: Failure.self) { try packages(main, [:]) }
        #expect(failure?.diagnostics.first?.position?.file.hasSuffix("/config.xml") == true)
        #expect(failure?.diagnostics.first?.code.hasPrefix("include-") == true)
    }

    @Test func filesThatMultiplyAreRefusedByBuilds() throws {
        var files: [String: String] = [:]
        for number in 0..<20 {
            files["\(number).xml"] =
                "<image>" + String(repeating: "<include from=\"this://\(number + 1).xml\"/>", count: 10)
                + "</image>"
        }
        var sample = Sample()
        sample.sections = #"<include from="this://0.xml"/>"#
        sample.files = files
        let loaded = try sample.load()
        let codes = Set(loaded.warnings.map(\.code))
        #expect(codes == ["include-cycle"])
        let checks = try loaded.runtimeChecks(ResolveRequest(architecture: .x86_64)).map(\.code)
        #expect(checks == ["check_include_references_unresolvable"])
    }
}
