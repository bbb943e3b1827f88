import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiDescription

/// Damaged descriptions are read or refused at a place, quickly and with little memory.
/// KIWI_TEST_LONG multiplies their number.
@Suite struct MutationTests {
    private static let parts = 4
    private static let count =
        ProcessInfo.processInfo.environment["KIWI_TEST_LONG"] == nil ? 300 : 26_000

    @Test(arguments: MarkupFormat.allCases, Array(0..<parts))
    func damagedDescriptions(_ format: MarkupFormat, _ part: Int) throws {
        let index = MarkupFormat.allCases.firstIndex(of: format) ?? 0
        var mutator = Mutator(seed: UInt64(20_261_121 + 100 * index + part))
        let seed = try tree(Self.seed)
        var refused = 0
        let memory = try Self.peakMemory()
        for number in 0..<Self.count {
            let bytes = mutator.input(from: seed, as: format)
            let start = Self.processorSeconds
            let problems = outcome(of: bytes, file: "config.\(format.rawValue)", refused: &refused)
            let seconds = Self.processorSeconds - start
            #expect(
                problems.isEmpty && seconds < 1,
                "\(number) took \(seconds) s: \(problems) \(String(decoding: bytes, as: UTF8.self))")
        }
        // Whatever else runs beside this test counts too, so no input took more.
        #expect(try Self.peakMemory() - memory < 200 << 20)
        // Damage must be damage, and not all of it deadly.
        #expect(refused > Self.count / 4 && refused < Self.count)
    }

    /// Errors that have no place.
    private func outcome(of bytes: [UInt8], file: String, refused: inout Int) -> [Diagnostic] {
        let stages = LoadingStages(folder: "/nowhere", fileName: file, limits: ReadingLimits())
        do throws(LoadingStages.Stop) {
            let loaded = try stages.load(bytes, file: file)
            _ = loaded.withoutEffect
            _ = ProfileUse.check(loaded.description, loaded.document.root)
            do throws(Failure) {
                _ = try loaded.resolve(ResolveRequest(architecture: .x86_64))
                _ = try loaded.runtimeChecks(ResolveRequest(architecture: .x86_64))
            } catch { return placeless(error) }
            return []
        } catch {
            refused += 1
            return placeless(error.failure)
        }
    }

    private func placeless(_ failure: Failure) -> [Diagnostic] {
        let errors = failure.diagnostics.filter { $0.severity == .error }
        return errors.isEmpty ? failure.diagnostics : errors.filter { $0.position == nil }
    }

    /// Seconds this thread used the processor: a busy machine does not count.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Bytes this process had in memory at most.
    private static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) }) * 1024
    }

    /// The largest descriptions that are read, full of what is worst.
    @Test(arguments: [
        (#"<package name="a"/>"#, ""), ("<b/>", ""), ("x&amp;", ""),
        ("<package bootinclude='1' name=''/>", ""),
        (#"</packages><packages type="image" profiles="p">"#, #"<profile name="$" description=""/>"#),
        (#"</packages><drivers profiles="q"><file name="a"/></drivers><packages type="image">"#, ""),
    ])
    func largeDescriptions(_ part: String, _ profile: String) throws {
        // Compared with a quarter of it: how fast the machine is does not matter, how the work grows does.
        let isLong = ProcessInfo.processInfo.environment["KIWI_TEST_LONG"] != nil
        let size = (ReadingLimits().fileSize - 2000) / (isLong ? 1 : 8)
        let (small, _) = try lint(part, profile, size: size / 4)
        let (large, memory) = try lint(part, profile, size: size)
        #expect(large < small * 8 + 1)
        #expect(memory < 200 << 20)
    }

    /// - Returns: seconds of processor time, and bytes of memory that it took.
    private func lint(_ part: String, _ profile: String, size: Int) throws -> (Double, Int) {
        var profiles = ""
        if !profile.isEmpty {
            let number = size / 2 / (profile.utf8.count + 6)
            profiles =
                "<profiles>" + (0..<number).map { profile.replacing("$", with: "p\($0)") }.joined()
                + "</profiles>"
        }
        var sample = Sample()
        let count = (size - profiles.utf8.count) / part.utf8.count
        sample.sections =
            profiles + "<packages type=\"image\">" + String(repeating: part, count: count) + "</packages>"
        let folder = try TestFolder(["config.xml": sample.text])
        let memory = try Self.peakMemory()
        let start = Self.processorSeconds
        #expect(!Lint.lint(folder: folder.path, architecture: .x86_64).isEmpty || !part.contains("<b/>"))
        return (Self.processorSeconds - start, try Self.peakMemory() - memory)
    }

    private static let seed = """
        <image schemaversion="8.4" name="demo">
          <description type="system"><author>A</author><contact>c</contact><specification>several
            words</specification></description>
          <profiles><profile name="p" description="P" import="true"><requires profile="q"/></profile>
            <profile name="q" description="Q" arch="x86_64"/></profiles>
          <preferences><version>1.0.0</version><packagemanager>apt</packagemanager><locale>de_DE,en_US</locale>
            <type image="oem" filesystem="ext4" firmware="uefi" luks="x" kernelcmdline="a='b' &quot;c&quot;">
              <bootloader name="grub2" timeout="3" output_console="serial"/><size unit="G">3</size>
              <systemdisk><volume name="home" size="all"/><volume name="@root" freespace="5G"/></systemdisk>
            </type><type image="oci"><containerconfig name="n"><expose><port number="80/tcp"/></expose>
              <subcommand execute="sh"><argument name="-c"/></subcommand></containerconfig></type></preferences>
          <users profiles="p"><user name="u" password="x" groups="a,b:7" id="1000"/></users>
          <repository type="apt-deb" priority="3"><source path="this://r"><signing key="file:///k"/></source></repository>
          <packages type="image"><package name="a"/><package name="b" arch="x86_64"/><archive name="t.tar"/></packages>
          <packages type="bootstrap"/>
        </image>
        """
}

/// Makes damaged descriptions, the same ones for a seed.
private struct Mutator {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func input(from document: Document, as format: MarkupFormat) -> [UInt8] {
        var changed = document
        let ways = Int.random(in: 0..<4, using: &random)
        if ways > 0 { for _ in 0..<ways { changeTree(&changed.root, depth: 0) } }
        let text = DescriptionConverter.text(of: changed, as: format, isXML: false)
        var bytes = Array(text.utf8)
        if ways == 0 || Int.random(in: 0..<3, using: &random) == 0 {
            for _ in 0..<Int.random(in: 1...3, using: &random) { changeText(&bytes) }
        }
        return bytes
    }

    private static let values = [
        "", "true", "-1", "99999999999999999999", "all", "1.5", "a,b", "x86_64", "\u{0}", "ä\u{1F600}", " ",
        "\n",
        "iso", "docker", "//", "this://", "&", "<", "]]>", "'", "\"", "%s", "no", "p",
    ]

    /// Drops, doubles, swaps, renames or retypes something somewhere below an element.
    private mutating func changeTree(_ element: inout Element, depth: Int) {
        let places = element.nodes.indices.filter {
            if case .element = element.nodes[$0] { true } else { false }
        }
        if let index = places.randomElement(using: &random),
            depth < 1 || Int.random(in: 0..<3, using: &random) > 0,
            case .element(var child) = element.nodes[index]
        {
            changeTree(&child, depth: depth + 1)
            element.nodes[index] = .element(child)
            return
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: if let index = places.randomElement(using: &random) { element.nodes.remove(at: index) }
        case 1:
            if let index = places.randomElement(using: &random) {
                element.nodes.insert(element.nodes[index], at: index)
            }
        case 2:
            if let one = places.randomElement(using: &random),
                let other = places.randomElement(using: &random)
            {
                element.nodes.swapAt(one, other)
            }
        case 3: element.name = Schema.elements.keys.sorted().randomElement(using: &random) ?? "x"
        case 4:
            let names = Schema.elements[element.name]?.attributes.map(\.name) ?? []
            element.set(names.randomElement(using: &random) ?? "x", value)
        case 5: if !element.attributes.isEmpty { element.attributes.removeLast() }
        case 6:
            if let index = element.attributes.indices.randomElement(using: &random) {
                element.attributes[index].value = value
            }
        default: element.nodes.append(.text(Text(value)))
        }
    }

    private var value: String {
        mutating get { Self.values.randomElement(using: &random) ?? "" }
    }

    private static let tokens = [
        "<", ">", "&", "\"", "'", "/>", "=", "- ", ": ", "[", "]", "{", "}", "\n", "\t", "#", "|", "&x ",
        "*x", "!!",
        "---\n", "\"\"\"", "[[", "]]", "\u{1}", "@", "\\", "<!--", "%", "<![CDATA[", "\r", "?",
    ]

    /// Cuts, doubles, moves or replaces bytes and lines.
    private mutating func changeText(_ bytes: inout [UInt8]) {
        guard bytes.count > 2 else { return }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        let length = min(bytes.count - index, Int.random(in: 1...30, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.removeSubrange(index..<index + length)
        case 1: bytes.removeSubrange(index...)
        case 2: bytes.insert(contentsOf: bytes[index..<index + length], at: index)
        case 3: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 4: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
        case 5: bytes.insert(contentsOf: (Self.tokens.randomElement(using: &random) ?? "").utf8, at: index)
        default:
            var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            lines.swapAt(
                Int.random(in: 0..<lines.count, using: &random),
                Int.random(in: 0..<lines.count, using: &random))
            bytes = Array(lines.joined(separator: [10]))
        }
    }
}
