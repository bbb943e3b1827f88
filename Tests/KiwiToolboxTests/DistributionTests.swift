import Testing

@testable import KiwiToolbox

@Suite struct DistributionTests {
    /// `title` of the distribution of these families.
    private func title(_ families: String...) -> String? { Distribution(families: families)?.title }

    @Test func familiesLeadToTables() {
        #expect(title("debian") == "Debian")
        #expect(title("linuxmint", "ubuntu", "debian") == "Ubuntu")
        #expect(title("opensuse-leap", "suse", "opensuse") == "openSUSE Leap")
        #expect(title("opensuse-tumbleweed", "opensuse", "suse") == "openSUSE")
        #expect(title("sles", "suse") == "SUSE Linux Enterprise")
        #expect(title("almalinux", "rhel", "centos", "fedora") == "Enterprise Linux")
        #expect(title("fedora") == "Fedora")
        #expect(title("arch") == "Arch Linux")
        #expect(title("alpine") == "Alpine Linux")
        #expect(title("nixos") == nil)
        #expect(title() == nil)
    }

    /// Every table says what messages and builds ask for.
    @Test func tablesAreComplete() {
        #expect(Distribution.all.count == 9)
        let ids = Distribution.all.flatMap(\.ids)
        #expect(Set(ids).count == ids.count)
        for one in Distribution.all {
            for fact in [
                "title", "manager", "install", "shell", "certificates", "kernel-package", "kernel-name",
                "grub-modules", "loader-package",
            ] { #expect(one.value(fact) != nil, "\(one.title): \(fact)") }
            for line in one.lines("package") + one.lines("loader-package") {
                #expect(line.count == 2, "\(one.title): \(line)")
            }
            for line in one.lines("certificates") { #expect(line.count >= 3, "\(one.title): \(line)") }
        }
    }

    @Test func namesOfPackages() {
        func name(_ family: String, _ debian: String) -> String? {
            Distribution(families: [family])?.package(debian)
        }
        #expect(name("fedora", "grub-pc-bin") == "grub2-pc-modules")
        #expect(name("rocky", "xz-utils") == "xz")
        #expect(name("opensuse-leap", "systemd-boot-efi") == "systemd")
        #expect(name("opensuse-tumbleweed", "systemd-boot-efi") == "systemd-boot")
        #expect(name("opensuse-tumbleweed", "apt") == nil)
        #expect(name("arch", "curl") == "curl")
        #expect(name("debian", "grub-pc-bin") == "grub-pc-bin")
    }

    /// The own places come first, those of others after them: the order decides what is taken from a tree.
    @Test func placesInOrder() {
        #expect(
            Distribution.values("grub-modules") == [
                "/usr/lib/grub/{platform}", "/usr/share/grub2/{platform}", "/usr/lib/grub2/{platform}",
            ])
        #expect(
            Distribution.values("grub-modules", first: Distribution(families: ["suse"])) == [
                "/usr/share/grub2/{platform}", "/usr/lib/grub2/{platform}", "/usr/lib/grub/{platform}",
            ])
        #expect(
            Distribution.values("rpm-database") == [
                "/usr/lib/sysimage/rpm", "/root/.rpmdb", "/var/lib/rpm", "/usr/share/rpm",
            ])
        #expect(
            Distribution.values("shim") == [
                "/usr/lib/shim/shim{suffix}.efi.signed.latest", "/usr/lib/shim/shim{suffix}.efi.signed",
                "/usr/share/efi/*/shim.efi", "/usr/lib64/efi/shim.efi", "/boot/efi/EFI/*/shim{suffix}.efi",
                "/boot/efi/EFI/*/shim.efi",
            ])
    }

    @Test func brokenLinesAreHarmless() {
        let one = Distribution(parsing: "\n# x\nid\nid\ta\tb\npackage\nlike\tnobody\npackage\tx\n")
        #expect(one.ids == ["a", "b"])
        #expect(one.title.isEmpty)
        #expect(one.package("x") == nil)
        #expect(one.package("y") == "y")
        #expect(one.value("manager") == nil)
    }
}
