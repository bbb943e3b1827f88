import KiwiDiagnostics
import Testing

@testable import KiwiToolbox

@Suite struct ForeignProgramsTests {
    @Test(arguments: ["x86_64", "i386", "i586", "i686", "ix86"]) func nothingIsNeeded(_ name: String) throws {
        #expect(try ForeignPrograms.needed(for: name, on: "x86_64") == nil)
        #expect(ForeignPrograms.isNarrow(name, on: "x86_64") == (name != "x86_64"))
    }

    /// As QEMU's own rules have them.
    @Test func rules() throws {
        let arm = try #require(try ForeignPrograms.needed(for: "aarch64", on: "x86_64"))
        #expect(
            arm.rule(interpreter: "/usr/bin/qemu-aarch64-static")
                == #":kiwi-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"#
                + #":\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"#
                + ":/usr/bin/qemu-aarch64-static:OCF")
        let mainframe = try #require(try ForeignPrograms.needed(for: "s390x", on: "x86_64"))
        #expect(
            mainframe.rule(interpreter: "/q")
                == #":kiwi-s390x:M::\x7f\x45\x4c\x46\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x16"#
                + #":\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff:/q:OCF"#
        )
    }

    @Test(arguments: [
        ("enabled", "flags: OCF", "7f454c460201010000000000000000000200b700", true),
        ("disabled", "flags: OCF", "7f454c460201010000000000000000000200b700", false),
        ("enabled", "flags: OC", "7f454c460201010000000000000000000200b700", false),
        ("enabled", "flags: OCF", "7f454c460201010000000000000000000200f300", false),
    ])
    func rulesOfTheMachine(_ state: String, _ flags: String, _ magic: String, _ serves: Bool) throws {
        let arm = try #require(try ForeignPrograms.needed(for: "aarch64", on: "x86_64"))
        let rule =
            "\(state)\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\n\(flags)\noffset 0\nmagic \(magic)\nmask ff\n"
        #expect(arm.isServed(by: rule) == serves)
    }

    @Test(arguments: [("aarch46", "write --target-arch aarch64"), ("vax", "choose from ")])
    func unknownOnes(_ name: String, _ remedy: String) {
        let failure = #expect(throws: Failure.self) { try ForeignPrograms.needed(for: name, on: "x86_64") }
        #expect(failure?.diagnostics.first?.remedy?.hasPrefix(remedy) == true)
    }
}
