import Foundation
import Testing

@testable import KiwiDescription

/// The exported schemas agree with our own validation, by the validators of others.
@Suite struct SchemaExportTests {
    static let xmllint = "/usr/bin/xmllint"
    static let hasJSONValidator =
        (try? run("/usr/bin/env", ["python3", "-c", "import jsonschema"]).code) == 0

    /// Descriptions by file name: own ones, and those of other people where they are.
    private static func documents() throws -> [String: (document: Document, isRight: Bool)] {
        var documents: [String: (Document, Bool)] = [:]
        let own: [String: String] = [
            "iso": Sample().text,
            "disk": Self.sample {
                $0.type = #"image="oem" filesystem="ext4" disk_start_sector="4096""#
                $0.typeContent =
                    "<size unit=\"G\" additive=\"true\">2</size><oemconfig><oem-resize>false</oem-resize></oemconfig>"
            },
            "bad-number": Self.sample { $0.type = #"image="oem" filesystem="ext4" disk_start_sector="12""# },
            "bad-choice": Self.sample { $0.type = #"image="iso" flags="overlays""# },
            "bad-boolean": Self.sample { $0.type = #"image="iso" mediacheck="yes""# },
            "bad-child": Self.sample { $0.typeContent = "<size><unit/></size>" },
            "twice": Self.sample { $0.preferences += "<version>2</version>" },
            "foreign": Self.sample {
                $0.sections = "<extension><a:b xmlns:a=\"u\" c=\"1\">x<a:d/></a:b></extension>"
            },
            "no-text": Self.sample { $0.sections = "<packages type=\"image\">kernel</packages>" },
        ]
        for (name, text) in own {
            let document = try tree(text)
            documents[name + ".xml"] = (document, StructureValidator.validate(document.root).isEmpty)
        }
        // libxml2 needs minutes for some of them.
        let takesLong = ProcessInfo.processInfo.environment["KIWI_TEST_LONG"] != nil
        for item in takesLong ? Corpus.cases : [] {
            let stages = LoadingStages(folder: item.folder, fileName: item.file, limits: ReadingLimits())
            guard var document = try? stages.read(item.folder + "/" + item.file).0 else { continue }
            _ = Includes(folder: item.folder, limits: ReadingLimits()).resolve(&document)
            guard (try? Upgrade.apply(to: &document)) != nil else { continue }
            let findings = StructureValidator.validate(document.root)
                .filter { !["attribute-not-for-type", "attribute-not-for-loader"].contains($0.code) }
            documents[item.name + ".xml"] = (document, findings.isEmpty)
        }
        return documents
    }

    private static func sample(_ change: (inout Sample) -> Void) -> String {
        var sample = Sample()
        change(&sample)
        return sample.text
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: xmllint), "xmllint is not installed"))
    func relaxNG() throws {
        let folder = try TestFolder(["kiwi.rng": RelaxNGSchema.text])
        let documents = try Self.documents()
        for (name, item) in documents {
            try folder.write(Data(DescriptionConverter.pretty(item.document).utf8), name)
        }
        let result = try Self.run(
            Self.xmllint, ["--noout", "--nonet", "--relaxng", "kiwi.rng"] + documents.keys.sorted(),
            in: folder.path)
        let lines = result.messages.split(separator: "\n").map(String.init)
        let wrong = documents.filter { name, item in
            !lines.contains(name + (item.isRight ? " validates" : " fails to validate"))
        }
        #expect(wrong.keys.sorted() == [], "\(lines.filter { $0.contains("error") }.prefix(5))")
    }

    @Test(.enabled(if: hasJSONValidator, "Python's jsonschema is not installed"))
    func jsonSchema() throws {
        let script = """
            import json, sys, jsonschema
            schema = json.load(open("kiwi.json"))
            jsonschema.Draft7Validator.check_schema(schema)
            validator = jsonschema.Draft7Validator(schema)
            for name in sys.argv[1:]:
                errors = list(validator.iter_errors(json.load(open(name))))
                print(name, "validates" if not errors else "fails")
            """
        let folder = try TestFolder(["kiwi.json": JSONSchema.text, "check.py": script])
        // What stands outside of names of their own, JSON cannot tell.
        let documents = try Self.documents().filter { $0.value.document.root.first("extension") == nil }
        for (name, item) in documents {
            try folder.write(Data(JSONWriter.text(of: MarkupTree(item.document)).utf8), name)
        }
        let result = try Self.run(
            "/usr/bin/env", ["python3", "check.py"] + documents.keys.sorted(), in: folder.path)
        let lines = result.output.split(separator: "\n").map(String.init)
        let wrong = documents.filter { name, item in
            !lines.contains(name + (item.isRight ? " validates" : " fails"))
        }
        // JSON Schema compares numbers, not texts, with a minimum.
        #expect(wrong.keys.sorted() == ["bad-number.xml"])
    }

    private static func run(_ program: String, _ arguments: [String], in folder: String = "/") throws
        -> (code: Int32, output: String, messages: String)
    {
        let files = try TestFolder(["out": "", "err": ""])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files.path + "/out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files.path + "/err"))
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: files.path + "/out", encoding: .utf8),
            try String(contentsOfFile: files.path + "/err", encoding: .utf8)
        )
    }
}
