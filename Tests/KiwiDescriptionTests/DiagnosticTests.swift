import Foundation
import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiDescription

@Suite struct DiagnosticTests {
    @Test(arguments: DiagnosticExample.all.map(\.code))
    func example(_ code: String) throws {
        let example = try #require(DiagnosticExample.all.first { $0.code == code })
        let folder = try TestFolder([:])
        let findings = try example.run(folder)
        #expect(findings.contains { $0.code == code })
        for finding in findings {
            #expect(DiagnosticCatalog.codes[finding.code] != nil, "\(finding.code) is not in the catalogue")
        }
        let temporary = NSTemporaryDirectory() + "kiwi-boot-example"
        let text = DiagnosticRenderer(sources: DescriptionLoader.sources(for: findings)).render(findings)
            .replacing(FileAccess.realPath(folder.path), with: "DIR").replacing(folder.path, with: "DIR")
            .replacing(temporary, with: "BOOT")
        #expect(goldenDifference(text, "Diagnostics/\(code).txt") == nil)
    }

    @Test func everyCodeHasAnExample() {
        let examples = Set(DiagnosticExample.all.map(\.code))
        #expect(Set(DiagnosticCatalog.codes.keys).subtracting(examples).isEmpty)
        #expect(examples.count == DiagnosticExample.all.count)
    }

    /// Every check stops a build, and none that `runtime_checks` names.
    @Test(arguments: DiagnosticExample.all.map(\.code).filter { $0.hasPrefix("check_") })
    func checksCanBeSwitchedOff(_ code: String) throws {
        let example = try #require(DiagnosticExample.all.first { $0.code == code })
        let on = try example.run(TestFolder([:])).filter { $0.code == code }
        #expect(on.map(\.severity) == [.error])
        let off = try DiagnosticExample.$disabled.withValue([code]) { try example.run(TestFolder([:])) }
            .filter { $0.code == code }
        #expect(off.map(\.severity) == [.warning])
        #expect(off.first?.notes.last == "switched off by runtime_checks of the configuration")
        #expect(RuntimeCheck.unknown(disabled: [code]) == [])
    }

    /// KIWI's own names, so that configurations stay valid.
    @Test func everyCheckOfKIWIIsKnown() {
        let names = [
            "check_image_version_provided", "check_initrd_selection_required",
            "check_boot_description_exists",
            "check_consistent_kernel_in_boot_and_system_image", "check_container_tool_chain_installed",
            "check_volume_setup_defines_reserved_labels",
            "check_volume_setup_defines_multiple_fullsize_volumes",
            "check_volume_setup_has_no_root_definition", "check_volume_label_used_with_lvm",
            "check_swap_name_used_with_lvm", "check_xen_uniquely_setup_as_server_or_guest",
            "check_mediacheck_installed", "check_checkmedia_used_with_msdos_table",
            "check_dracut_module_for_live_iso_in_package_list",
            "check_dracut_module_for_disk_overlay_in_package_list",
            "check_dracut_module_for_disk_oem_in_package_list",
            "check_dracut_module_for_oem_install_in_package_list", "check_appx_naming_conventions_valid",
            "check_image_type_unique", "check_include_references_unresolvable",
            "check_luksformat_options_valid", "check_partuuid_persistency_type_used_with_mbr",
            "check_efi_fat_image_has_correct_size", "check_bootloader_env_compatible_with_loader",
            "check_repositories_configured", "check_image_include_repos_publicly_resolvable",
            "check_target_directory_not_in_shared_cache", "check_target_dir_on_unsupported_filesystem",
            "check_dracut_module_versions_compatible_to_kiwi",
        ]
        #expect(Set(RuntimeCheck.names) == Set(names))
    }

    /// Codes are written as the first string of a diagnostic, a report or a rule.
    @Test func everyCodeOfTheSourcesIsInTheCatalogue() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/KiwiDescription").path
        var found: Set<String> = []
        for name in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? []
        where name.hasSuffix(".swift") && !name.hasSuffix("DiagnosticCatalog.swift") {
            let text = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
            for match in text.matches(
                of:
                    /(?:Diagnostic|report|note|RuntimeCheck|HostCheck|ConsistencyRule|\.type|element|= type)\(\s*(?:code: )?"([a-z][a-z_-]+)"/
            ) {
                found.insert(String(match.output.1))
            }
        }
        #expect(found.count > 80)
        let elements = Set(Schema.elements.keys)
        #expect(
            found.subtracting(DiagnosticCatalog.codes.keys).subtracting(elements).subtracting(["type"]) == [])
    }
}
