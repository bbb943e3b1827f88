import KiwiDiagnostics
import Testing

@testable import KiwiBoot

@Suite struct BIOSBootCodeTests {
    private let boot = [UInt8](repeating: 0xb0, count: 512)
    private let core = [UInt8](repeating: 0xc0, count: 1300)

    /// The places that grub-install writes (GRUB 2.06).
    @Test func addressesAreSet() throws {
        let code = try BIOSBootCode(boot: boot, core: core, at: 2048, room: 1 << 20)
        #expect(code.sector.count == 440)
        #expect(code.sector[0x5c..<0x64].elementsEqual([0, 8, 0, 0, 0, 0, 0, 0]))
        #expect(code.sector[0x66..<0x68].elementsEqual([0x90, 0x90]))
        #expect(code.core.count == 3 * 512)
        #expect(code.core[0x1f4..<0x1fc].elementsEqual([1, 8, 0, 0, 0, 0, 0, 0]))
        #expect(code.core[0x1fc..<0x1fe].elementsEqual([2, 0]))
    }

    @Test func whatDoesNotFitIsRefused() {
        #expect(throws: Diagnostic.self) { try BIOSBootCode(boot: boot, core: core, at: 1, room: 1024) }
        #expect(throws: Diagnostic.self) { try BIOSBootCode(boot: [], core: core, at: 1, room: 1 << 20) }
    }
}

@Suite struct ShellSettingsTests {
    @Test func keysAreReplacedInPlace() {
        var settings = ShellSettings()
        settings.set("B", "2")
        settings.setQuoted("A", "say \"x\" $y")
        settings.setDefault("C", "new")
        settings.setDefault("D", "new")
        #expect(
            settings.merged(into: "# B=0\nB=1\n B=3\nC=old\n")
                == "# B=0\nB=2\nB=2\nC=old\nA=\"say \\\"x\\\" \\$y\"\nD=new\n")
    }

    @Test func theEnvironmentBlockHasItsSize() throws {
        let block = try GrubEnvironment([.init(name: "a", value: "b\\c"), .init(name: "d", value: nil)])
            .block()
        #expect(block.utf8.count == 1024)
        #expect(block.hasPrefix("# GRUB Environment Block\na=b\\\\c\nd=\n#"))
        #expect(throws: Diagnostic.self) { try GrubEnvironment([.init(name: "a b", value: "")]).block() }
        #expect(throws: Diagnostic.self) {
            try GrubEnvironment([.init(name: "a", value: String(repeating: "x", count: 1100))]).block()
        }
    }
}
