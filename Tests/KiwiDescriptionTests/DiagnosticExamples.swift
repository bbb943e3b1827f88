import Foundation
import KiwiDiagnostics

@testable import KiwiDescription

/// A description that gives a certain finding.
struct DiagnosticExample: Sendable {
    var code: String
    /// Runs it in a folder of its own; gives the findings.
    var run: @Sendable (TestFolder) throws -> [Diagnostic]

    /// Names of checks that a configuration switches off.
    @TaskLocal static var disabled: Set<String> = []

    /// A correct description with one change.
    static func sample(_ code: String, _ change: @escaping @Sendable (inout Sample) -> Void)
        -> DiagnosticExample
    {
        DiagnosticExample(code: code) { folder in
            var sample = Sample()
            change(&sample)
            for (name, text) in sample.files { try folder.write(Data(text.utf8), name) }
            try folder.write(Data(sample.text.utf8), "config.xml")
            return Lint.lint(folder: folder.path, architecture: .x86_64, disabled: disabled)
        }
    }

    static func file(_ code: String, _ text: String, name: String = "config.xml") -> DiagnosticExample {
        data(code, Array(text.utf8), name: name)
    }

    static func data(_ code: String, _ bytes: [UInt8], name: String = "config.xml") -> DiagnosticExample {
        DiagnosticExample(code: code) { folder in
            try folder.write(Data(bytes), name)
            return Lint.lint(folder: folder.path, fileName: name, architecture: .x86_64)
        }
    }

    static func type(_ code: String, _ type: String, _ content: String = "") -> DiagnosticExample {
        sample(code) {
            $0.type = type
            $0.typeContent = content
        }
    }

    static func sections(_ code: String, _ sections: String) -> DiagnosticExample {
        sample(code) { $0.sections = sections }
    }

    /// A request that a correct description cannot serve.
    static func request(
        _ code: String, sections: String = "", _ change: @escaping @Sendable (inout ResolveRequest) -> Void
    ) -> DiagnosticExample {
        DiagnosticExample(code: code) { folder in
            var sample = Sample()
            sample.sections = sections
            try folder.write(Data(sample.text.utf8), "config.xml")
            var request = ResolveRequest(architecture: .x86_64)
            change(&request)
            do { return try folder.load().resolve(request).notes } catch let failure as Failure {
                return failure.diagnostics
            }
        }
    }

    static let all: [DiagnosticExample] = reading + structure + consistency + choices + advice + checks

    private static let reading: [DiagnosticExample] = [
        DiagnosticExample(code: "no-description") { Lint.lint(folder: $0.path) },
        DiagnosticExample(code: "file-missing") { folder in
            do throws(Diagnostic) { _ = try FileAccess.read(folder.path + "/none", limit: 1) } catch {
                return [error]
            }
            return []
        },
        DiagnosticExample(code: "file-too-large") { folder in
            var limits = ReadingLimits()
            limits.fileSize = 100
            try folder.write(Data(Sample().text.utf8), "config.xml")
            do { _ = try DescriptionLoader.load(folder: folder.path, limits: limits) } catch let failure
                as Failure
            {
                return failure.diagnostics
            }
            return []
        },
        DiagnosticExample(code: "file-unreadable") { _ in
            [FileAccess.unreadable("secret.xml")]
        },
        DiagnosticExample(code: "not-a-file") { folder in
            try folder.write(Data(), "config.xml/inner")
            return Lint.lint(folder: folder.path)
        },
        .file("unsupported-markup", "[image]\n", name: "config.ini"),
        .file("markup-syntax", "image:\n  a: [1\n", name: "config.yaml"),
        .file("bad-key", "[image]\n\"a b\" = 1\n", name: "config.toml"),
        .file("unquoted-scalar", "image:\n  preferences:\n    version: 1.10\n", name: "config.yaml"),
        .data("bad-encoding", Array("<image name=\"".utf8) + [0xE4] + Array("\"/>".utf8)),
        .file("bad-attribute", "<image name schemaversion=\"8.5\"id=\"1\" =>\n</image>"),
        .file("bad-character", "<image>\u{1}&#2;</image>"),
        .file("bad-comment", "<image><!-- a -- b --></image>"),
        .file("bad-declaration", "<!DOCTYPE image [<!ENTITY % x \"y\"> %x;]><image/>"),
        .sample("bare-ampersand") { $0.preferences = "<version>1&2</version>" },
        .file("entity-expansion", "<!DOCTYPE image [<!ENTITY x \"&x;\">]>\n<image>&x;</image>"),
        .file("external-entity", "<!DOCTYPE image [<!ENTITY x SYSTEM \"secret\">]>\n<image>&x;</image>"),
        .file("markup-in-entity", "<!DOCTYPE image [<!ENTITY x \"<a/>\">]>\n<image>&x;</image>"),
        .file("markup-in-value", "<image name=\"a>\n  <description/>\n</image>"),
        .file("mismatched-tag", "<image>\n  <packages>\n  </pakages>\n</image>"),
        .file("misplaced-declaration", "\n<?xml version=\"1.0\"?>\n<image/>"),
        .file("nesting-too-deep", String(repeating: "<a>", count: 300)),
        .file("no-root-element", "<!-- nothing -->"),
        .sample("repeated-attribute") { $0.type = #"image="iso" image="oem""# },
        .file("stray-end-tag", "<image></packages></image>"),
        .file("stray-markup", "<image>1 < 2</image>"),
        .file("text-outside-root", "image: {}\n"),
        .file("too-many-attributes", "<image " + (0..<300).map { "a\($0)='' " }.joined() + "/>"),
        .file("two-roots", "<image/>\n<image/>"),
        .file("unclosed-element", "<image>\n  <packages>\n    <package name='a'/>\n</image>"),
        .file("unclosed-section", "<image>\n  <!-- open\n</image>"),
        .file("unclosed-tag", "<image\n  <packages/>\n</image>"),
        .sample("undeclared-prefix") { $0.image += " xsi:schemaLocation=\"x\"" },
        .sample("unknown-entity") { $0.preferences = "<version>&nbsq;</version>" },
        .file("unquoted-value", "<image name=demo/>"),
        .sections("include-missing", #"<include from="this://part.xml"/>"#),
        .sections("include-remote", #"<include from="ftp://example.org/part.xml"/>"#),
        .sample("include-cycle") {
            $0.sections = #"<include from="this://part.xml"/>"#
            $0.files = ["part.xml": "<image><include from=\"this://part.xml\"/></image>"]
        },
        .sample("include-ignored") {
            $0.sections = #"<include from="this://part.xml"/>"#
            $0.files = ["part.xml": "<part><packages type=\"image\"/></part>"]
        },
        .sample("schema-too-old") { $0.image = #"schemeversion="1.3" name="sample""# },
        .sample("schema-version-unknown") { $0.image = #"schemaversion="4.0" name="sample""# },
        .sample("inherit-missing") { $0.image = #"schemaversion="5.0" name="sample" inherit="../base""# },
        .sample("inherit-cycle") { $0.image = #"schemaversion="5.0" name="sample" inherit=".""# },
    ]

    private static let structure: [DiagnosticExample] = [
        .file("wrong-root", "<images/>"),
        .sections("unknown-element", #"<pakages type="image"/>"#),
        .sections("misplaced-element", "<version>1.0.0</version>"),
        .file("missing-element", #"<image schemaversion="8.5" name="a"/>"#),
        .sample("repeated-element") { $0.preferences += "<version>2.0.0</version>" },
        .type("unknown-attribute", #"image="iso" frimware="efi""#),
        .sections("missing-attribute", "<packages><package/></packages>"),
        .type("bad-value", #"image="isso""#),
        .sections("stray-text", #"<packages type="image">kernel</packages>"#),
        .sample("name-space") { $0.image += " xmlns=\"http://example.org\"" },
        .type("attribute-not-for-type", #"image="docker" installiso="true""#),
        .type(
            "attribute-not-for-loader", #"image="iso""#,
            #"<bootloader name="systemd_boot" video_mode="800x600"/>"#),
        .sections("too-many-mistakes", (0..<210).map { "<nonsense_\($0)/>" }.joined()),
        .sections("extension", #"<extension><tool/></extension>"#),
    ]

    private static let consistency: [DiagnosticExample] = [
        .type("type-needs-attribute", #"image="oem""#),
        .type("attribute-needs-attribute", #"image="oem" filesystem="ext4" embed_verity_metadata="true""#),
        .type("vagrant-needs-provider", #"image="oem" filesystem="ext4" format="vagrant""#),
        .type("derived-disk-format", #"image="oem" filesystem="ext4" derived_from="file:///base.tar""#),
        .type("install-media", #"image="oem" filesystem="ext4""#, "<installmedia/>"),
        .type(
            "guest-additions", #"image="oem" filesystem="ext4" format="vagrant""#,
            #"<vagrantconfig provider="libvirt" virtualsize="9" virtualbox_guest_additions_present="true"/>"#),
        .type("btrfs-attribute", #"image="oem" filesystem="ext4" btrfs_quota_groups="true""#),
        .type(
            "volume-quota", #"image="oem" filesystem="ext4""#,
            #"<systemdisk><volume name="home" quota="500M"/></systemdisk>"#),
        .type(
            "unpartitioned-size", #"image="oem" filesystem="ext4""#,
            #"<size unit="M" unpartitioned="2000">1000</size>"#),
        .type(
            "reserved-partition-name", #"image="oem" filesystem="ext4""#,
            #"<partitions><partition name="boot" size="100"/></partitions>"#),
        .type(
            "luksformat-without-luks", #"image="iso""#, #"<luksformat><option name="--hash"/></luksformat>"#),
        .type("bootloader-for-type", #"image="docker""#, #"<bootloader name="grub2"/>"#),
        .type(
            "securelinux-loader", #"image="iso""#,
            #"<bootloader name="grub2"><securelinux hkd_ca_cert="a" hkd_sign_cert="b"><hkd_cert name="c"/></securelinux></bootloader>"#
        ),
        .type("containerconfig-for-type", #"image="wsl""#, #"<containerconfig name="a"/>"#),
        .type(
            "containerconfig-attribute", #"image="appx" metadata_path="/m""#,
            #"<containerconfig name="a" tag="1"/>"#),
        .type(
            "containerconfig-in-disk", #"image="oem" filesystem="ext4" format="qcow2""#,
            #"<containerconfig name="a"/>"#),
        .type(
            "command-or-clear", #"image="docker""#,
            #"<containerconfig name="a"><entrypoint/><subcommand execute="sh" clear="true"/></containerconfig>"#
        ),
        .sections(
            "module-outside-bootstrap",
            #"<packages type="image"><collectionModule name="m" enable="true"/></packages>"#),
        .sections(
            "stream-of-disabled-module",
            #"<packages type="bootstrap"><collectionModule name="m" enable="false" stream="1"/></packages>"#),
        .sample("bootstrap-package") {
            $0.preferences = "<version>1.0.0</version><packagemanager>zypper</packagemanager>"
            $0.sections = #"<packages type="bootstrap" bootstrap_package="base"/>"#
        },
        .sections(
            "include-or-only",
            #"<repository imageinclude="true" imageonly="true"><source path="buildhost:"/></repository>"#),
        .sections(
            "repository-architectures",
            #"<repository type="rpm-md" architectures="x86_64"><source path="buildhost:"/></repository>"#),
    ]

    private static let choices: [DiagnosticExample] = [
        .request(
            "unknown-profile",
            sections: #"<profiles><profile name="Live" description="L"/></profiles>"#
        ) { $0.profiles = ["live"] },
        .request(
            "profile-not-for-architecture",
            sections: #"<profiles><profile name="Pi" description="P" arch="aarch64"/></profiles>"#
        ) { $0.profiles = ["Pi"] },
        DiagnosticExample(code: "no-type") { folder in
            let text = Sample().text.replacing("<preferences>", with: #"<preferences profiles="Live">"#)
                .replacing(
                    "<packages type=\"image\">",
                    with:
                        "<preferences/><profiles><profile name=\"Live\" description=\"L\"/></profiles><packages type=\"image\">"
                )
            try folder.write(Data(text.utf8), "config.xml")
            do { _ = try folder.load().resolve(ResolveRequest()) } catch let failure as Failure {
                return failure.diagnostics
            }
            return []
        },
        .request("unknown-type") { $0.type = "ios" },
        DiagnosticExample(code: "type-vmx") { folder in
            var sample = Sample()
            sample.type = #"image="oem" filesystem="ext4""#
            try folder.write(Data(sample.text.utf8), "config.xml")
            return try folder.load().resolve(ResolveRequest(architecture: .x86_64, type: "vmx")).notes
        },
        .request("bad-override") { $0.overrides.setTypeAttributes = ["hybridpersistant=true"] },
        DiagnosticExample(code: "unknown-check") { _ in
            RuntimeCheck.unknown(disabled: ["check_image_version_provide", "check_mediacheck_installed"])
        },
        DiagnosticExample(code: "unknown-name") { _ in
            do throws(Failure) { _ = try Explanation.text(for: "pakages") } catch { return error.diagnostics }
            return []
        },
        DiagnosticExample(code: "size-too-small") { folder in
            let size = ImageType.Size(
                position: Position(file: "config.xml", line: 9, column: 9), bytes: 300 << 20)
            do throws(Diagnostic) {
                _ = try LegacyFacts.SizeRule().bytes(need: 500 << 20, size: size)
            } catch { return [error] }
            return []
        },
        .request("override-without-effect") { $0.overrides.setContainerTag = "new" },
    ]

    private static let yaml = """
        image:
          "@schemaversion": "8.4"
          "@name": sample
          description:
            "@type": system
            author: Ada
            contact: ada@example.org
            specification: A sample
          preferences:
            packagemanager: apt
            type:
              "@image": iso
              "@vga": "791"
        """

    private static func rewriteFindings(_ folder: TestFolder) -> [Diagnostic] {
        do throws(Failure) {
            return try DescriptionRewrite(folder: folder.path).findings
        } catch { return error.diagnostics }
    }

    private static let advice: [DiagnosticExample] = [
        .sample("default-package-manager") { $0.preferences = "<version>1.0.0</version>" },
        .sample("upgrade-replaced") {
            $0.image = #"schemaversion="7.0" name="sample""#
            $0.type = #"image="lxc""#
        },
        .sample("upgrade-dropped") {
            $0.image = #"schemaversion="6.0" name="sample""#
            $0.type = #"image="iso" zfsoptions="-o ashift=12""#
        },
        .sample("upgrade-impossible") {
            $0.image = #"schemaversion="7.0" name="sample""#
            $0.repository = #"<repository type="urpmi"><source path="http://example.org/"/></repository>"#
        },
        DiagnosticExample(code: "rewrite-markup") { folder in
            try folder.write(Data(yaml.utf8), "sample.kiwi")
            return rewriteFindings(folder)
        },
        DiagnosticExample(code: "rewrite-includes") { folder in
            var sample = Sample()
            sample.image = #"schemaversion="7.0" name="sample""#
            sample.sections = #"<include from="this://part.xml"/>"#
            try folder.write(Data("<image/>".utf8), "part.xml")
            try folder.write(Data(sample.text.utf8), "config.xml")
            return rewriteFindings(folder)
        },
        .sample("old-form") {
            $0.image = #"schemaversion="8.3" name="sample""#
            $0.typeContent = #"<bootloader name="grub2" console="serial console"/>"#
        },
        .sample("no-effect") {
            $0.type = #"image="iso" luks_version="luks2" fsmountoptions="noatime""#
            $0.typeContent = "<systemdisk/>"
            $0.sections = #"<packages type="image"><package name="p" bootinclude="true"/></packages>"#
        },
        .sample("missing-file") {
            $0.sections = #"<packages type="image"><archive name="overlay.tgz"/></packages>"#
            $0.files = ["overlay.tar": ""]
        },
        .sections(
            "undeclared-profile",
            #"<profiles><profile name="a" description="A"/></profiles><users profiles="a, a"><user name="u" password="x"/></users>"#
        ),
        .sections(
            "repeated-profile",
            #"<profiles><profile name="a" description="A"/><profile name="a" description="B"/></profiles>"#),
        DiagnosticExample(code: "conversion-loss") { folder in
            try folder.write(
                Data(
                    "<image><!-- note -->\n<extension><a:x xmlns:a=\"u\">text<b/></a:x></extension></image>"
                        .utf8),
                "config.xml")
            return try DescriptionConverter.convert(file: folder.path + "/config.xml", to: .json).notes
        },
        .sections("unused-packages", #"<packages type="oem"/>"#),
    ]

    private static let checks: [DiagnosticExample] = [
        .sample("check_image_version_provided") { $0.preferences = "<packagemanager>apt</packagemanager>" },
        .type("check_initrd_selection_required", #"image="oem" filesystem="ext4" boot="oemboot/x""#),
        .type("check_boot_description_exists", #"image="pxe""#),
        .sample("check_image_type_unique") { $0.preferences += #"<type image="iso" primary="true"/>"# },
        .sample("check_include_references_unresolvable") {
            $0.sections = #"<include from="this://part.xml"/>"#
            $0.files = ["part.xml": "<image><include from=\"this://more.xml\"/></image>"]
        },
        .disk("check_volume_setup_defines_reserved_labels", #"<volume name="home" label="ROOT"/>"#),
        .disk(
            "check_volume_setup_defines_multiple_fullsize_volumes",
            #"<volume name="home" size="all"/><volume name="var" freespace="all"/>"#),
        .disk("check_volume_setup_has_no_root_definition", #"<volume name="top" mountpoint="/"/>"#),
        .disk(
            "check_volume_label_used_with_lvm", #"<volume name="home" label="HOME"/>"#, fileSystem: "btrfs"),
        .type(
            "check_swap_name_used_with_lvm", #"image="oem" filesystem="ext4""#,
            "<oemconfig><oem-swap>true</oem-swap><oem-swapname>swap</oem-swapname></oemconfig>"),
        .type(
            "check_xen_uniquely_setup_as_server_or_guest",
            #"image="oem" filesystem="ext4" xen_server="true""#,
            #"<machine xen_loader="pygrub"/>"#),
        .type(
            "check_appx_naming_conventions_valid", #"image="appx" metadata_path="/m""#,
            #"<containerconfig name="a"><history launcher="start.sh"/></containerconfig>"#),
        .type(
            "check_partuuid_persistency_type_used_with_mbr",
            #"image="oem" filesystem="ext4" devicepersistency="by-partuuid""#),
        .type("check_efi_fat_image_has_correct_size", #"image="iso" efifatimagesize="64""#),
        .type(
            "check_bootloader_env_compatible_with_loader", #"image="oem" filesystem="ext4""#,
            #"<bootloader name="systemd_boot"><bootloadersettings><environment><env name="a" value="b"/></environment></bootloadersettings></bootloader>"#
        ),
        .sample("check_repositories_configured") { $0.repository = "" },
        .sections(
            "check_image_include_repos_publicly_resolvable",
            #"<repository imageinclude="true"><source path="dir:///srv/packages"/></repository>"#),
        .host("check_target_directory_not_in_shared_cache") { $1.target = "/var/cache/kiwi/out" },
        .host("check_target_dir_on_unsupported_filesystem") { $1.fileSystem = { _ in "nfs" } },
        .host("check_luksformat_options_valid") { sample, host in
            sample.type = #"image="oem" filesystem="ext4" luks="secret""#
            sample.typeContent = #"<luksformat><option name="--cypher" value="aes"/></luksformat>"#
            host.output = { _, _ in "  -c, --cipher=STRING  The cipher\n  --pbkdf=STRING" }
        },
        .host("check_consistent_kernel_in_boot_and_system_image") { sample, host in
            var boot = Sample()
            boot.sections =
                #"<packages type="image" profiles="std"><package name="kernel-small"/></packages>"#
            let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
                "kiwi-boot-example")
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try? Data(boot.text.utf8).write(to: folder.appendingPathComponent("config.xml"))
            sample.type = "image=\"oem\" filesystem=\"ext4\" initrd_system=\"kiwi\" boot=\"\(folder.path)\""
        },
    ]

    /// A build of a correct description on a machine with one change.
    private static func host(
        _ code: String, _ change: @escaping @Sendable (inout Sample, inout HostFacts) -> Void
    ) -> DiagnosticExample {
        DiagnosticExample(code: code) { folder in
            var sample = Sample()
            var host = HostFacts(
                target: "/srv/out", cache: "/var/cache/kiwi", writesTree: true,
                exists: { FileManager.default.fileExists(atPath: $0) }, fileSystem: { _ in "ext4" },
                output: { _, _ in nil })
            change(&sample, &host)
            try folder.write(Data(sample.text.utf8), "config.xml")
            return try folder.load().hostChecks(
                ResolveRequest(architecture: .x86_64), on: host, disabled: disabled)
        }
    }

    private static func disk(_ code: String, _ volumes: String, fileSystem: String = "ext4")
        -> DiagnosticExample
    {
        type(code, "image=\"oem\" filesystem=\"\(fileSystem)\"", "<systemdisk>\(volumes)</systemdisk>")
    }
}
