import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct XMLReaderTests {
    @Test func positionsOfNamesValuesAndText() throws {
        let document = try tree("<a>\r\n  <b\n    key = 'välue'>\n   text</b>\n</a>")
        let b = try #require(document.root.first("b"))
        #expect(b.position == Position(file: "sample.xml", line: 2, column: 4, length: 1))
        let key = try #require(b.attribute("key"))
        #expect(key.position == Position(file: "sample.xml", line: 3, column: 5, length: 3))
        #expect(key.valuePosition == Position(file: "sample.xml", line: 3, column: 12, length: 5))
        #expect(b.textPosition == Position(file: "sample.xml", line: 4, column: 4, length: 4))
    }

    @Test func referencesAndLineEnds() throws {
        let document = try tree(
            "<!DOCTYPE a [<!ENTITY who \"A &amp; B\"><!ENTITY all 'x &who;'>]><a k='&lt;&#65;\n&all;'>&who;\r\n&#x41;<![CDATA[<&]]></a>"
        )
        #expect(document.root["k"] == "<A x A & B")
        #expect(document.root.text == "A & B\nA<&")
    }

    @Test(arguments: [
        "<a/>",
        "<?xml version=\"1.0\"?>\n<!-- c -->\r\n<a  x = 'y'  >t&amp;<b/><b ></b ><?p i?></a >\n<!-- e -->\n",
        "<!DOCTYPE a [\n<!ENTITY x \"y\">\n<!-- c -->]>\n<a>&x;<![CDATA[ ]]>]</a>",
        "<a k=\"1\"\n\tl='&#10;\"'/>",
    ])
    func roundTrip(_ text: String) throws {
        #expect(XMLWriter.text(of: try tree(text)) == text)
    }

    @Test func encodings() throws {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a>ä𝄞</a>"
        for bigEndian in [true, false] {
            let bytes = XMLWriter.bytes(
                of: Document(file: "x", encoding: .utf16(bigEndian: bigEndian), root: Element("b")))
            #expect(bytes.count == 2 + 8)
            var document = try tree(text)
            document.encoding = .utf16(bigEndian: bigEndian)
            let data = XMLWriter.bytes(of: document)
            let again = XMLReader.read(data, file: "x")
            #expect(again.diagnostics.isEmpty)
            #expect(again.document?.root.text == "ä𝄞")
            #expect(again.document.map { XMLWriter.bytes(of: $0) } == data)
        }
        let marked = [0xEF, 0xBB, 0xBF] + Array("<a/>".utf8)
        let document = try #require(XMLReader.read(marked, file: "x").document)
        #expect(document.root.position?.column == 2)
        #expect(XMLWriter.bytes(of: document) == marked)
    }

    @Test func severalMistakesInOneRun() {
        #expect(
            syntaxCodes("<a x=1 x='2'>\n<b>&nope; & </c>\n<d></a>")
                == [
                    "unquoted-value", "repeated-attribute", "unknown-entity", "bare-ampersand",
                    "mismatched-tag", "unclosed-element",
                ])
    }

    @Test func recoveryKeepsTheTree() throws {
        let result = XMLReader.read(Array("<a><b><c></b><d/></a>".utf8), file: "x")
        #expect(result.diagnostics.map(\.code) == ["unclosed-element"])
        #expect(result.document?.root.children.map(\.name) == ["b", "d"])
    }

    @Test func changedValuesAreEscaped() throws {
        var document = try tree("<a x='1' y='2'><b/></a>")
        document.root.set("x", "<\"&\n")
        document.root.append(Element("c", nodes: [.text(Text("a<b"))]), indent: "    ")
        #expect(
            XMLWriter.text(of: document)
                == "<a x=\"&lt;&quot;&amp;&#10;\" y='2'><b/>\n    <c>a&lt;b</c>\n</a>")
    }
}
