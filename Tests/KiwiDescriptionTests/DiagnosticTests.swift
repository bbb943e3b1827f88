import Foundation
import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiDescription

@Suite struct DiagnosticTests {
    @Test(arguments: DiagnosticExample.all.map(\.code))
    func example(_ code: String) throws {
        let example = try #require(DiagnosticExample.all.first { $0.code == code })
        let folder = try TestFolder([:])
        let findings = try example.run(folder)
        #expect(findings.contains { $0.code == code })
        for finding in findings {
            #expect(DiagnosticCatalog.codes[finding.code] != nil, "\(finding.code) is not in the catalogue")
        }
        let temporary = NSTemporaryDirectory() + "kiwi-boot-example"
        let text = DiagnosticRenderer(sources: DescriptionLoader.sources(for: findings)).render(findings)
            .replacing(FileAccess.realPath(folder.path), with: "DIR").replacing(folder.path, with: "DIR")
            .replacing(temporary, with: "BOOT")
        #expect(goldenDifference(text, "Diagnostics/\(code).txt") == nil)
    }

    @Test func everyCodeHasAnExample() {
        let examples = Set(DiagnosticExample.all.map(\.code))
        #expect(Set(DiagnosticCatalog.codes.keys).subtracting(examples).isEmpty)
        #expect(examples.count == DiagnosticExample.all.count)
    }

    /// Codes are written as the first string of a diagnostic, a report or a rule.
    @Test func everyCodeOfTheSourcesIsInTheCatalogue() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/KiwiDescription").path
        var found: Set<String> = []
        for name in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? []
        where name.hasSuffix(".swift") && !name.hasSuffix("DiagnosticCatalog.swift") {
            let text = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
            for match in text.matches(
                of:
                    /(?:Diagnostic|report|note|RuntimeCheck|HostCheck|ConsistencyRule|\.type|element|= type)\(\s*(?:code: )?"([a-z][a-z_-]+)"/
            ) {
                found.insert(String(match.output.1))
            }
        }
        #expect(found.count > 80)
        let elements = Set(Schema.elements.keys)
        #expect(
            found.subtracting(DiagnosticCatalog.codes.keys).subtracting(elements).subtracting(["type"]) == [])
    }
}
