import Testing

@testable import KiwiDeploy

@Suite struct DoctorTests {
    private var doctor: Doctor {
        var doctor = Doctor(cache: "/var/cache/kiwi", temporaryFolder: "/var/tmp")
        doctor.find = { "/usr/bin/\($0)" }
        doctor.exists = { _ in true }
        doctor.sandbox = { .init("sandbox", .ok, "fine") }
        return doctor
    }

    @Test func completeGroupsAreOneLine() {
        for group in ToolTable.groups {
            let checks = doctor.tools(of: group)
            #expect(checks.count == 1 && checks[0].state == .ok)
        }
    }

    @Test func everyMissingToolNamesItsPackage() {
        var bare = doctor
        bare.find = { _ in nil }
        bare.exists = { _ in false }
        for group in ToolTable.groups {
            let checks = bare.tools(of: group)
            #expect(checks.count == group.tools.count + group.files.count)
            for (check, tool) in zip(checks, group.tools) {
                let remedy =
                    tool.origin.map { "install it from \($0)" } ?? "apt-get install \(tool.debianPackage)"
                #expect(check.remedy == remedy && remedy != "apt-get install ")
                #expect(check.state == (group.essential ? .missing : .note))
            }
        }
        #expect(DoctorReport(checks: bare.tools(of: ToolTable.groups[0])).canBuild == false)
        #expect(bare.firmwareCheck().remedy == "apt-get install ovmf")
    }

    @Test func missingExtrasDoNotPreventBuilding() async {
        var some = doctor
        some.find = { $0 == "mkfs.xfs" || $0 == "qemu-system-x86_64" ? nil : $0 }
        some.stacking = { "the kernel is too old" }
        let report = await some.examine()
        #expect(report.canBuild)
        #expect(report.checks.first { $0.id == "stacking" }?.state == .note)
        #expect(report.checks.contains { $0.id == "tool.mkfs.xfs" && $0.state == .note })
        #expect(report.checks.contains { $0.id == "kvm" && $0.finding.contains("not tried") })
    }

    @Test func noSandboxMeansNoBuild() async {
        var jailed = doctor
        jailed.find = { _ in nil }
        jailed.sandbox = { .init("sandbox", .missing, "refused") }
        #expect(await jailed.examine().canBuild == false)
    }

    @Test func roomIsMeasuredAboveMissingFolders() {
        var real = doctor
        real.exists = { $0 == "/" }
        #expect(real.space(at: "/no/such/folder", for: "x", bytes: 1).state == .ok)
        let full = real.space(at: "/no/such/folder", for: "x", bytes: .max)
        #expect(full.state == .note && full.remedy != nil)
    }

    @Test func oneLineInstallsWhatTypesNeed() {
        #expect(
            InstallHint.line(for: ["iso"], with: .apt)
                == "apt-get install --no-install-recommends apt dosfstools dpkg gpgv grub-common grub-efi-amd64-bin "
                + "grub-pc-bin mount mtools openssl squashfs-tools tar uidmap util-linux xorriso")
        #expect(
            InstallHint.line(for: ["docker"], with: .zypper)
                == "zypper install openssl pigz rpm-build shadow skopeo tar util-linux xz zypper")
        #expect(
            InstallHint.line(for: ["docker"], with: .dnf)
                == "dnf install dnf openssl pigz rpm-build shadow-utils skopeo tar util-linux xz")
        let all = InstallHint.packages(for: ["all"], with: .apt)
        #expect(all.contains("ovmf") && all.contains("zsync") && !all.contains("zypper"))
    }

    @Test func hostsAreKnownByTheirFamily() {
        #expect(HostPackageManager(families: ["linuxmint", "ubuntu", "debian"]) == .apt)
        #expect(HostPackageManager(families: ["almalinux", "rhel", "centos", "fedora"]) == .dnf)
        #expect(HostPackageManager(families: ["opensuse-tumbleweed", "opensuse", "suse"]) == .zypper)
        #expect(HostPackageManager(families: ["haiku"]) == nil)
    }
}
