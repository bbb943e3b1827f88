import Foundation
import KiwiTesting
import Testing

@testable import KiwiDescription

/// The generated pages in `docs` are current; `make docs` writes them.
@Suite struct DocumentationTests {
    @Test(arguments: ReferencePages.all.keys.sorted())
    func reference(_ name: String) {
        #expect(documentDifference(ReferencePages.all[name] ?? "", "reference/\(name)") == nil)
    }

    @Test func noOtherPages() throws {
        let folder = documentFolder.appendingPathComponent("reference").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(names) == Set(ReferencePages.all.keys))
    }

    /// The examples are those that ``DiagnosticTests`` runs; their messages are its golden files.
    @Test func diagnostics() throws {
        var text = """
            # Diagnostics

            What `kiwi lint` and every command that reads a description can say about it, by code. Written by `make docs`
            from the catalogue and the examples of the tests.

            """
        for (code, meaning) in DiagnosticCatalog.codes.sorted(by: { $0.key < $1.key }) {
            let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("Fixtures/Diagnostics/\(code).txt")
            let example = try String(contentsOf: golden, encoding: .utf8)
            text += "\n## \(code)\n\n\(meaning)\n\n```\n\(example)```\n"
        }
        #expect(documentDifference(text, "diagnostics.md") == nil)
    }

    private var documentFolder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs")
    }

    private func documentDifference(_ text: String, _ name: String) -> String? {
        goldenDifference(text, "../../../../docs/" + name)
    }
}
