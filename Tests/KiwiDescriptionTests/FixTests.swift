import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct FixTests {
    /// Applies what is certain until nothing is left, as `kiwi lint --fix` does.
    private func mend(_ text: String, name: String = "config.xml") throws -> (text: String, left: [String]) {
        let folder = try TestFolder([name: text])
        var text = text
        for _ in 0..<10 {
            let findings = Lint.lint(folder: folder.path, fileName: name, architecture: .x86_64)
            let result = Fix.apply(findings.compactMap(\.fix), to: text)
            guard result.count > 0 else { return (text, findings.map(\.code)) }
            text = result.text
            try folder.write(Data(text.utf8), name)
        }
        return (text, ["endless"])
    }

    @Test func certainMistakesAreMended() throws {
        var sample = Sample()
        sample.image = #"schemaversion="8.5" name=sample"#
        sample.type = "image=\"ISO\"  media-check='Yes'\n     volid=\"a\" <!-- c -->"
            .replacingOccurrences(of: " <!-- c -->", with: "")
        sample.preferences = sample.preferences.replacing("apt", with: "zypper")
        sample.preferences += "<!-- stays & --><locale>de_DE.UTF-8, en_US</locale>"
        sample.sections = """
            <packages type="image"><product name="a" arch="x86_64"/><package name="b & c" arch="x86_64, aarch64"/></packages>
            """
        let result = try mend(sample.text)
        #expect(result.left == [])
        let wanted = sample.text.replacing("name=sample", with: "name=\"sample\"")
            .replacing("\"ISO\"  media-check='Yes'", with: "\"iso\"  mediacheck='true'")
            .replacing("de_DE.UTF-8, en_US", with: "de_DE,en_US")
            .replacing("<product name=\"a\" arch=\"x86_64\"/>", with: "<product name=\"a\"/>")
            .replacing("b & c", with: "b &amp; c").replacing("x86_64, aarch64", with: "x86_64,aarch64")
        #expect(result.text == wanted)
        #expect(try mend(wanted).text == wanted)
    }

    @Test func yamlToo() throws {
        let text = MarkupTests.yaml.replacing("rpm-excludedocs: yes", with: "rpm-excludedocs: 'Yes' # why")
            .replacing("'@arch': x86_64", with: "'@arch': 'x86_64, aarch64'")
        let result = try mend(text, name: "config.yaml")
        #expect(result.text.contains("rpm-excludedocs: 'true' # why"))
        #expect(result.text.contains("'@arch': 'x86_64,aarch64'"))
    }

    @Test func whatIsNotCertainStays() throws {
        var sample = Sample()
        sample.type = #"image="isso" frimware="uefi" mediacheck="maybe""#
        let result = try mend(sample.text)
        #expect(result.text == sample.text)
        #expect(Set(result.left) == ["bad-value", "unknown-attribute"])
    }

    @Test func aChangedFileIsNotTouched() {
        let fix = Fix(at: Position(file: "f", line: 2, column: 3), replace: "ab", with: "x")
        #expect(Fix.apply([fix], to: "1\n  ab\n") == ("1\n  x\n", 1))
        #expect(Fix.apply([fix], to: "1\n  ac\n").count == 0)
        #expect(Fix.apply([fix], to: "1").count == 0)
    }

    @Test(arguments: DescriptionTemplate.all.map(\.name))
    func templatesAreClean(_ name: String) throws {
        let template = try #require(DescriptionTemplate.all.first { $0.name == name })
        let folder = try TestFolder(template.files)
        let findings = Lint.lint(folder: folder.path, architecture: .x86_64)
        #expect(findings.isEmpty, "\(findings.map(\.description))")
        #expect(template.files["config.xml"]?.contains("\t") == false)
    }

    @Test func templatesForOtherMachines() throws {
        func text(_ name: String, _ architecture: String) throws -> String? {
            try #require(DescriptionTemplate.all.first { $0.name == name })
                .adapted(to: Architecture(rawValue: architecture))?.files["config.xml"]
        }
        let arm = try #require(try text("debian-disk", "aarch64"))
        #expect(arm.contains("\"linux-image-arm64\"") && arm.contains("\"grub-efi-arm64-signed\""))
        #expect(arm.contains("console=ttyAMA0\"") && !arm.contains("grub-pc-bin") && !arm.contains("amd64"))
        // No other machine has its loader.
        #expect(try text("debian-live", "aarch64")?.contains("\"grub-efi-arm64-bin\"") == true)
        #expect(try text("debian-live", "x86_64")?.contains("grub-efi") == false)
        let old = try #require(try text("debian-disk", "i686"))
        #expect(old.contains("\"linux-image-686\"") && !old.contains("grub-efi") && !old.contains("uefi"))
        #expect(old.contains("\"grub-pc-bin\"") && old.contains("console=ttyS0,115200"))
        #expect(try text("ubuntu-live", "i686") == nil)
        #expect(try text("fedora-disk", "aarch64") == nil)
        #expect(try text("fedora-container", "aarch64") != nil)
    }
}
