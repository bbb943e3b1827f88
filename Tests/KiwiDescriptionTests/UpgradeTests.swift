import Foundation
import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiDescription

@Suite struct UpgradeTests {
    private static func text(_ era: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/Upgrade/\(era)/config.xml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    private static func rewritten(_ folder: TestFolder) throws -> (text: String, findings: [Diagnostic]) {
        let rewrite = try DescriptionRewrite(folder: folder.path)
        return (String(decoding: rewrite.files[0].bytes, as: UTF8.self), rewrite.findings)
    }

    /// Descriptions of five eras come out as a person would have rewritten them.
    @Test(arguments: ["schema-1.4", "schema-2.4", "schema-4.1", "schema-6.2", "schema-7.3"])
    func era(_ era: String) throws {
        let folder = try TestFolder(["config.xml": Self.text(era)])
        let (text, findings) = try Self.rewritten(folder)
        #expect(goldenDifference(text, "Upgrade/\(era)/upgraded.xml") == nil)
        let told = findings.map { "\($0)\n    \($0.remedy ?? "")\n" }.joined()
            .replacing(folder.path + "/", with: "")
        #expect(goldenDifference(told, "Upgrade/\(era)/findings.txt") == nil)
        try folder.write(Data(text.utf8), "config.xml")
        let again = try DescriptionRewrite(folder: folder.path)
        #expect(again.files.allSatisfy { !$0.isChanged })
    }

    /// A size of 1.x is what the image should have, within limits.
    @Test func sizesOfTheFirstEra() throws {
        let rule = LegacyFacts.SizeRule()
        let mebi: (Int64) -> Int64 = { $0 << 20 }
        let size = ImageType.Size(bytes: mebi(500))
        #expect(try rule.bytes(need: mebi(400), size: size) == mebi(500))
        #expect(try rule.bytes(need: mebi(600), size: size) == mebi(600))
        #expect(throws: Diagnostic.self) { try rule.bytes(need: mebi(600) + 1, size: size) }
        #expect(try rule.bytes(need: mebi(600), size: nil) == mebi(660))
        let later = try TestFolder(["config.xml": Self.text("schema-2.4")]).load()
        let types = later.description.preferences.flatMap(\.types)
        #expect(!types.isEmpty && types.allSatisfy { $0.legacy != nil && $0.legacy?.sizeRule == nil })
    }

    /// In memory the names of the old types are kept, so that each can be chosen.
    @Test func oldTypesCanBeSelected() throws {
        let loaded = try TestFolder(["config.xml": Self.text("schema-1.4")]).load()
        func resolve(_ type: String?) throws -> ResolvedImage {
            try loaded.resolve(ResolveRequest(architecture: .x86_64, type: type))
        }
        #expect(try resolve(nil).type.legacy?.typeName == "usb")
        let stick = try resolve("usb").type
        #expect(stick.image == "oem")
        #expect(stick.legacy?.boot?.value == "usbboot/suse-10.2")
        #expect(stick.legacy?.boot?.position?.line == 11)
        #expect(stick.legacy?.fileSystem?.value == "squashfs")
        #expect(stick.legacy?.deploy == nil)
        #expect(stick.legacy?.defaultRoot?.value == "/var/tmp/till")
        #expect(stick.legacy?.sizeRule == LegacyFacts.SizeRule())
        let network = try resolve("pxe").type
        #expect(network.image == "pxe")
        #expect(network.legacy?.isCompressed == true)
        let deploy = try #require(network.legacy?.deploy)
        #expect(deploy.server == "192.168.100.2")
        #expect(deploy.blockSize == 4096)
        #expect(deploy.partitions.map(\.size) == ["1024", "image"])
        #expect(deploy.partitions.map(\.isTarget) == [false, true])
        #expect(deploy.union?.type == "aufs")
        #expect(deploy.configurations.map(\.destination) == ["/etc/till.conf"])
        #expect(try resolve("iso").type.legacy?.flags?.value == "unified")
        #expect(try resolve("iso").repositories.last?.source.value.hasSuffix("/packages/x86_64") == true)
    }

    /// Sections for xen and vmware count for their type alone, although both are disks today.
    @Test func packagesOfOldTypes() throws {
        let loaded = try TestFolder(["config.xml": Self.text("schema-2.4")]).load()
        for (type, package) in [("xen", ["kernel-xen"]), ("vmx", ["vmware-tools"]), ("oem", [])] {
            let image = try loaded.resolve(ResolveRequest(architecture: .x86_64, type: type))
            #expect(image.system.packages.map(\.value) == (["kernel-default"] + package).sorted())
            #expect(image.type.name == type)
        }
    }

    @Test(arguments: [
        (#"<type filesystem="ext3" boot="netboot/suse-10.2">pxe</type>"#, "pxe", "pxe"),
        (#"<type filesystem="ext3,cramfs">split</type>"#, "split", "oem"),
        (#"<type filesystem="ext2 , reiserfs" boot="netboot/suse-10.2">split</type>"#, "split", "pxe"),
        (#"<type filesystem="ext3" boot="usbboot/suse-10.2">usb</type>"#, "usb", "oem"),
        (#"<type filesystem="ext3" boot="vmxboot/suse-10.2">vmx</type>"#, "vmx", "oem"),
        (#"<type filesystem="ext3" boot="xenboot/suse-10.2">xen</type>"#, "xen", "oem"),
        (#"<type boot="isoboot/suse-10.3"> iso </type>"#, "iso", "iso"),
        (#"<type boot="isoboot/suse-10.3" flags="compressed">iso</type>"#, "iso", "iso"),
        ("<type>reiserfs</type>", "reiserfs", "ext4"), ("<type>ext2</type>", "ext2", "ext2"),
        ("<type>squashfs</type>", "squashfs", "squashfs"), ("<type>cpio</type>", "cpio", "cpio"),
    ])
    func typesOfTheFirstManual(_ type: String, _ name: String, _ image: String) throws {
        let folder = try TestFolder([
            "config.xml": """
            <image name="full-suse-10.2" schemeversion="1.4">
              <description type="system">
                <author>A</author><contact>a@example.org</contact><specification>S</specification>
              </description>
              <preferences>
                \(type)
                <version>1.1.2</version>
              </preferences>
              <repository type="yast2"><source path="opensuse://Project-Name"/></repository>
              <packages type="image"><package name="a" arch="noarch"/></packages>
              <packages type="boot"><package name="glibc"/></packages>
            </image>
            """
        ])
        let resolved = try folder.load().resolve(ResolveRequest(architecture: .x86_64, type: name))
        #expect(resolved.type.image == image)
        #expect(resolved.type.legacy?.typeName == name)
        #expect(resolved.packageManager.value == "zypper")
        // Scripts of that time read them so.
        #expect(resolved.environment["name"] == "full-suse-10.2")
        #expect(resolved.environment["version"] == "1.1.2")
        #expect(resolved.repositories.map(\.source.value) == ["obs://Project-Name/standard"])
        let info = imageInfoJSON(
            folder: folder.path, request: ResolveRequest(architecture: .x86_64, type: name))
        #expect(info.exitCode == .done)
    }

    /// KIWI's own rewrites lose the profiles of these packages; its answer is given all the same.
    @Test func informationIsThatOfKIWI() throws {
        let folder = try TestFolder([
            "config.xml": try Self.text("schema-1.4").replacing(
                "<packagemanager>smart", with: "<packagemanager>zypper"
            )
            .replacing("de_DE.UTF-8", with: "de_DE").replacing("reiserfs", with: "ext3")
            .replacing(" flags=\"unified\" ", with: " ").replacing("boot=\"isoboot/suse-10.2\"", with: "")
            .replacing("flags=\"unified\"", with: "").replacing("arch=\"i386,x86_64\"", with: "")
        ])
        let info = imageInfoJSON(folder: folder.path, request: ResolveRequest(architecture: .x86_64)).json
        #expect(info.contains("opensuse://openSUSE:10.2/standard"))
        #expect(info.contains("\"glibc\""))
        let image = try folder.load().resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.bootstrap.packages.isEmpty)
    }

    @Test func inheritedDescriptionsComeFirst() throws {
        let base = try Self.text("schema-1.4").replacing(
            "name=\"till\" schemeversion", with: "name=\"base\" schemeversion")
        let folder = try TestFolder([
            "base/config.xml": base, "base/root/etc/base": "",
            "heir/config.xml": """
            <image name="heir" schemeversion="1.4" inherit="../base">
              <description type="system">
                <author>A</author><contact>a@example.org</contact><specification>S</specification>
              </description>
              <preferences>
                <type>ext3</type>
                <version>2.0.0</version>
              </preferences>
              <users group="heirs"><user name="till" pwd="own" home="/h"/></users>
              <packages type="image"><package name="own"/></packages>
              <packages type="boot"><package name="glibc"/></packages>
            </image>
            """,
        ])
        let path = folder.path + "/heir"
        let loaded = try DescriptionLoader.load(folder: path)
        let image = try loaded.resolve(ResolveRequest(profiles: ["scale"], architecture: .x86_64))
        #expect(image.name == "heir")
        #expect(image.version == "2.0.0")
        #expect(image.timezone == "Europe/Berlin")
        #expect(image.type.image == "ext3")
        #expect(image.system.packages.map(\.value) == ["lilo", "own", "till-software"])
        #expect(image.bootstrap.packages.map(\.value) == ["filesystem", "glibc", "zypper"])
        #expect(image.users.map(\.name) == ["scale", "till"])
        #expect(image.users.last?.password == "own")
        #expect(image.baseFolders == [FileAccess.realPath(folder.path + "/base")])
        #expect(
            image.repositories.last?.source.value
                == "dir://" + FileAccess.realPath(folder.path + "/base") + "/packages/x86_64")
        let rewrite = try DescriptionRewrite(folder: path)
        #expect(rewrite.findings.contains { $0.code == "upgrade-dropped" && $0.message.contains("inherit") })
        try folder.write(Data(rewrite.files[0].bytes), "heir/config.xml")
        let again = try DescriptionLoader.load(folder: path)
        #expect(again.warnings.isEmpty)
        #expect(
            try again.resolve(ResolveRequest(profiles: ["scale"], architecture: .x86_64)).system.packages
                .map(\.value) == ["lilo", "own", "till-software"])
    }

    /// A root tree that is made into an image later must know what the type was.
    @Test func theCopyInTheTreeKeepsTheFacts() throws {
        let loaded = try TestFolder(["config.xml": Self.text("schema-1.4")]).load()
        let request = ResolveRequest(architecture: .x86_64, type: "pxe")
        let copy = try TestFolder(["config.xml": loaded.stateCopy(request)])
        let image = try copy.load().resolve(request)
        #expect(image.type.legacy == (try loaded.resolve(request).type.legacy))
        #expect(
            try copy.load().resolve(ResolveRequest(architecture: .x86_64, type: "usb")).type.image == "oem")
    }

    @Test func includedFilesAreRewrittenToo() throws {
        var sample = Sample()
        sample.image = #"schemaversion="8.1" name="sample""#
        sample.sections = #"    <include from="this://part.xml"/>"#
        let part = """
            <image>
              <repository use_for_bootstrap="true">
                <source path="dir:///x"/>
              </repository>
            </image>

            """
        sample.files = ["part.xml": part]
        let folder = try TestFolder(sample.files.merging(["config.xml": sample.text]) { $1 })
        let files = try DescriptionRewrite(folder: folder.path).files
        #expect(files.map(\.name) == ["config.xml", "part.xml"])
        #expect(files.map(\.isChanged) == [true, true])
        #expect(
            String(decoding: files[0].bytes, as: UTF8.self)
                == sample.text.replacing("\"8.1\"", with: "\"8.5\""))
        #expect(
            String(decoding: files[1].bytes, as: UTF8.self)
                == part.replacing(" use_for_bootstrap=\"true\"", with: ""))
    }

    @Test func lineEndsAndQuotesStay() throws {
        let text = try Self.text("schema-7.3").replacing("\n", with: "\r\n").replacing(
            "name=\"leap\"", with: "name='leap'")
        let folder = try TestFolder(["config.xml": text])
        let result = try Self.rewritten(folder).text
        #expect(!result.replacing("\r\n", with: "").contains { $0 == "\n" || $0 == "\r" })
        #expect(result.contains("name='leap'"))
    }

    /// Every step of the chain leads to the next one, from the first schema to today's.
    @Test func theChainIsWithoutGaps() {
        let steps = UpgradeStep.all
        #expect(steps.count == 48)
        #expect(steps.first?.from == .oldest)
        #expect(steps.last?.to == .current)
        for (step, next) in zip(steps, steps.dropFirst()) { #expect(step.to == next.from) }
    }
}
