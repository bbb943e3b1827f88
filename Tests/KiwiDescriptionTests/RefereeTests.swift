import Foundation
import Testing

@testable import KiwiDescription

/// Compares the reader with libxml2 on mutated descriptions.
@Suite struct RefereeTests {
    static let xmllint = "/usr/bin/xmllint"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: xmllint), "xmllint is not installed"))
    func mutationsAreAcceptedAsLibxml2Does() throws {
        let folder = try TestFolder([:])
        var random = SplitMix(state: 20_261_121)
        let seed = Array(Self.seed.utf8)
        var cases: [String: [UInt8]] = [:]
        for number in 0..<3000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
            let name = "\(number).xml"
            cases[name] = bytes
            try folder.write(Data(bytes), name)
        }
        let refused = try refusedByLibxml2(in: folder.path, names: cases.keys.sorted())
        var differences: [String] = []
        for (name, bytes) in cases.sorted(by: { $0.key < $1.key }) {
            let result = XMLReader.read(bytes, file: name)
            // Deliberate: a description does not stand in its document type.
            if result.diagnostics.contains(where: { $0.code == "markup-in-entity" }) { continue }
            let isRefused = !result.diagnostics.isEmpty
            if isRefused != refused.contains(name) {
                differences.append(
                    "\(isRefused ? "only we refuse" : "only libxml2 refuses"): \(result.diagnostics.map(\.description)) \(String(decoding: bytes, as: UTF8.self))"
                )
            } else if !isRefused, let document = result.document {
                #expect(XMLWriter.bytes(of: document) == bytes)
            }
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(3).joined(separator: "\n"))")
    }

    private func refusedByLibxml2(in folder: String, names: [String]) throws -> Set<String> {
        var refused: Set<String> = []
        for start in stride(from: 0, to: names.count, by: 300) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.xmllint)
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.arguments = ["--noout", "--nonet"] + names[start..<min(start + 300, names.count)]
            let pipe = Pipe()
            process.standardError = pipe
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 2)
                guard parts.count == 3, Int(parts[1]) != nil, parts[0].hasSuffix(".xml") else { continue }
                if parts[2].contains(" error ") { refused.insert(String(parts[0])) }
            }
        }
        return refused
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        let tokens = [
            "<", ">", "&", "\"", "'", "/", " ", "=", "]]>", "--", "&amp;", "&#65;", "&#0;", "&who;", "&none;",
            "<a>",
            "</a>", "<b/>", "<!--", "-->", "<?p?>", "<![CDATA[", "\u{1}", "ä", "\r\n", "x=\"1\"", "\t",
            "<!DOCTYPE a>",
        ]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(contentsOf: Array(tokens.randomElement(using: &random)!.utf8), at: index)
        case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...12, using: &random)))
        case 3: bytes[index] = UInt8.random(in: 32..<127, using: &random)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            bytes.swapAt(index, other)
        }
    }

    static let seed = """
        <?xml version="1.0" encoding="utf-8"?>
        <!-- first -->
        <!DOCTYPE image [
          <!ENTITY who "the &lt;team&gt;">
        ]>
        <image schemaversion="8.5" name='demo'>
          <description type = "system" >
            <author>&who; &#228;</author>
            <specification><![CDATA[a < b]]> c</specification>
          </description>
          <?note keep?>
          <type image="iso" kernelcmdline="a='b' &quot;c&quot;"/>
        </image>
        """
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
