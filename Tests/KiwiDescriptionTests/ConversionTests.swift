import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct ConversionTests {
    static let xml = """
        <?xml version="1.0" encoding="utf-8"?>
        <!-- A demo.
             Of two lines. -->
        <image schemaversion="8.5" name="demo">
            <description type="system">
                <author>Ada 'A' &quot;L&quot; &lt;x&gt;</author>
                <contact>1.10</contact>
                <specification>
                    several lines
                    # not a comment
                      deeper: yes
                </specification>
            </description>
            <preferences>
                <version>1.0</version>
                <rpm-excludedocs>true</rpm-excludedocs>
                <!-- about the type -->
                <type image="oem" filesystem="ext4" kernelcmdline="a=&quot;b&quot; \\ 'c' &#233;&#x1F600;&#9;!">
                    <size unit="G">3</size>
                </type>
            </preferences>
            <packages type="image">
                <package name="a"/><!-- b -->
                <package name="b#c: d" arch="x86_64"/>
                <!-- the end -->
            </packages>
            <packages type="bootstrap"/>
        </image>

        """

    /// What a description says: children by name, white space of the layout left out.
    private static func meaning(_ element: Element) -> JSONValue {
        var fields = Dictionary(
            element.attributes.map { ("@" + $0.name, JSONValue.string($0.value)) }, uniquingKeysWith: { $1 })
        let isText = Schema.elements[element.name]?.content != nil
        let text = element.text
        if isText || !text.utf8.allSatisfy(isXMLSpace) { fields["#text"] = .string(text) }
        for child in Set(element.children.map(\.name)) {
            fields[child] = .array(element.children(child).map(meaning))
        }
        return .object(fields)
    }

    private static func comments(_ element: Element) -> Int {
        element.nodes.count { if case .markup(let text) = $0 { text.hasPrefix("<!--") } else { false } }
            + element.children.map(comments).reduce(0, +)
    }

    private func roundTrip(_ document: Document, _ format: MarkupFormat, _ name: String) throws -> Document {
        let text = DescriptionConverter.text(of: document, as: format, isXML: false)
        let markup = try #require(Markup.guess(Array(text.utf8), file: "config." + format.rawValue))
        let result = markup.read(Array(text.utf8), file: "config." + format.rawValue, limits: ReadingLimits())
        #expect(result.diagnostics.isEmpty, "\(name) \(format): \(result.diagnostics) \(text.prefix(2000))")
        return try #require(result.document, "\(name) \(format)")
    }

    @Test(arguments: MarkupFormat.allCases)
    func nothingIsLost(_ format: MarkupFormat) throws {
        let document = try tree(Self.xml)
        let back = try roundTrip(document, format, "own")
        #expect(Self.meaning(back.root).text == Self.meaning(document.root).text)
    }

    /// Every description that can be read, through each markup and back to XML.
    @Test(.enabled(if: Corpus.folder != nil, "there is no corpus"), arguments: MarkupFormat.allCases)
    func nothingOfOthersIsLost(_ format: MarkupFormat) throws {
        for item in Corpus.cases {
            let stages = LoadingStages(folder: item.folder, fileName: item.file, limits: ReadingLimits())
            guard let document = try? stages.read(item.folder + "/" + item.file).0 else { continue }
            let there = try roundTrip(document, format, item.name)
            let back = try roundTrip(there, .xml, item.name)
            #expect(Self.meaning(back.root).text == Self.meaning(document.root).text, "\(item.name)")
        }
    }

    @Test(arguments: [MarkupFormat.yaml, .toml])
    func commentsComeBack(_ format: MarkupFormat) throws {
        let folder = try TestFolder(["config.xml": Self.xml])
        let there = try DescriptionConverter.convert(file: folder.path + "/config.xml", to: format)
        #expect(there.notes.isEmpty)
        try folder.write(Data(there.text.utf8), "back." + format.rawValue)
        let back = try DescriptionConverter.convert(file: folder.path + "/back." + format.rawValue, to: .xml)
        let document = try tree(back.text)
        #expect(Self.comments(document.root) == 3, "\(back.text)")
        #expect(back.text.contains("<!-- A demo.\nOf two lines. -->\n<image"))
        #expect(back.text.contains("<!-- about the type -->\n        <type"))
        #expect(Self.meaning(document.root).text == Self.meaning(try tree(Self.xml).root).text)
    }

    @Test func xmlStaysAsItIs() throws {
        let folder = try TestFolder(["config.xml": Self.xml])
        #expect(
            try DescriptionConverter.convert(file: folder.path + "/config.xml", to: .xml).text == Self.xml)
    }

    @Test func printedIsTheCurrentSchema() throws {
        var sample = Sample()
        sample.image = #"schemaversion="8.3" name="sample""#
        sample.typeContent = #"<bootloader name="grub2" console="serial console"/>"#
        sample.sections = #"<include from="this://part.xml"/>"#
        sample.files = ["part.xml": "<image><users><user name=\"u\" password=\"p\"/></users></image>"]
        let loaded = try sample.load()
        for format in MarkupFormat.allCases {
            let text = loaded.printed(as: format)
            #expect(
                text.contains("8.5") && text.contains("output_console") && text.contains("user"), "\(text)")
            #expect(!text.contains("include"))
        }
        let yaml = loaded.printed(as: .yaml).split(separator: "\n").map(String.init)
        #expect(
            yaml.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  -") } == [
                "  '@name': sample", "  '@schemaversion': '8.5'", "  description:", "  packages:",
                "  preferences:",
                "  repository:", "  users:",
            ])
    }

    @Test(arguments: [
        "packages", "type/image", "type@image", "<volume>", "filesystem", "bad-value", "containers/container",
    ])
    func names(_ name: String) throws {
        #expect(try !Explanation.text(for: name).isEmpty)
    }

    @Test func explanations() throws {
        #expect(
            try Explanation.text(for: "type/flags") == """
                <type flags="...">  How the live system starts: with an overlay of its own, or with dracut's dmsquash-live.
                  value    overlay or dmsquash
                  default  overlay
                  for      iso

                """)
        let element = try Explanation.text(for: "collectionModule")
        #expect(element.contains("  in       <packages> (any number)\n"))
        #expect(element.contains("    enable (required)  Whether"))
        for (name, near) in [
            ("pakages", "packages"), ("type/fiirmware", "type/firmware"), ("bad-valu", "bad-value"),
        ] {
            let failure = #expect(throws: Failure.self) { try Explanation.text(for: name) }
            #expect(failure?.diagnostics.first?.remedy == "kiwi description explain " + near)
        }
    }
}
