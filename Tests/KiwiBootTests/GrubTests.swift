import KiwiBoot
import KiwiTesting
import Testing

@Suite struct GrubTests {
    private func menu() -> GrubMenu {
        let line = LiveCommandLine(
            own: "console=ttyS0 dyndbg=\"file a.c +p\" x=$y;z", volumeID: "LIVE", technology: .overlay,
            isDirect: true,
            persistent: true, persistentFileSystem: "xfs")
        return GrubMenu(
            title: "It's live", mark: "/boot/0x01020304", kernel: "/boot/x86_64/loader/linux",
            initrd: "/boot/x86_64/loader/initrd",
            entries: [
                .linux(title: "It's live", options: line.standard),
                .linux(title: "Failsafe -- It's live", options: line.failsafe),
                .linux(title: "Mediacheck", options: line.mediaCheck),
                .hardDisk(title: "Boot from Hard Disk"),
            ])
    }

    @Test func graphicalMenuWithTheme() {
        var menu = menu()
        menu.font = "/boot/x86_64/loader/grub2/fonts/unicode.pf2"
        menu.theme = "/boot/grub2/themes/blue/theme.txt"
        menu.themeFonts = ["/boot/grub2/themes/blue/big.pf2"]
        #expect(goldenDifference(menu.text, "menu-gfxterm.cfg") == nil)
    }

    @Test func serialMenu() {
        var menu = menu()
        menu.output = ["console", "serial"]
        menu.input = ["serial"]
        menu.serialLine = "--speed=38400"
        menu.timeout = 0
        menu.timeoutStyle = "hidden"
        #expect(goldenDifference(menu.text, "menu-serial.cfg") == nil)
    }

    @Test func entriesInFilesComeFirst() {
        var menu = menu()
        menu.fileSystem = "0123abcd"
        menu.entryFolder = "/boot/loader/entries"
        menu.entries.removeFirst(3)
        menu.output = ["console"]
        #expect(goldenDifference(menu.text, "menu-entry-files.cfg") == nil)
    }

    @Test func aUnifiedKernelImageIsStartedAtOnce() {
        #expect(
            GrubMenu.chain(fileSystem: "ABCD-1234", program: "/EFI/Linux/kiwi.efi") == """
                search --no-floppy --fs-uuid --set=root ABCD-1234
                chainloader ($root)/EFI/Linux/kiwi.efi
                boot

                """)
        let modules: Set = ["chain", "fat", "search_fs_uuid", "biosdisk"]
        #expect(GrubModules.disk(.efi64, available: modules).filter { $0 == "chain" }.count == 1)
        #expect(GrubModules.disk(.bios, available: modules).filter { $0 == "chain" }.count == 1)
    }

    @Test func withoutFontTheTextScreenIsUsed() {
        #expect(menu().text.contains("terminal_output console\n"))
    }

    @Test func templateReplacesOurNamesOnly() {
        let template = GrubTemplate(menu: menu(), folder: "grub2", platform: .efi64)
        let text = template.render("linux ${bootpath}/${kernel_file} ${boot_options}\nset p=${prefix} ${open")
        #expect(text.hasPrefix("linux /boot/x86_64/loader/linux console=ttyS0"))
        #expect(text.hasSuffix("set p=${prefix} ${open"))
        #expect(template.render("${efi_image_name} ${boot_timeout}") == "bootx64.efi 10")
    }

    @Test(arguments: [
        ("a b", "a b"), ("a=\"b c\"", "a=\"b c\""), ("a='$x'", "a='$x'"), ("a=$x;reboot", "a=\\$x\\;reboot"),
        ("\"$x", "\"\\$x\""), ("a\nb", "a b"), ("x}y", "x\\}y"),
    ])
    func optionsCannotLeaveTheirLine(_ text: String, _ expected: String) {
        #expect(GrubScript.options(text) == expected)
    }

    @Test func commandLineOfDmsquash() {
        var line = LiveCommandLine(volumeID: "CDROM", technology: .dmsquash, isDirect: true)
        #expect(line.standard == "root=live:CDLABEL=CDROM rd.live.image rd.live.overlay.overlayfs=1")
        line.isDirect = false
        line.own = "quiet root=live:LABEL=X"
        #expect(line.standard == "quiet root=live:LABEL=X rd.live.image")
        #expect(
            line.failsafe
                == "quiet root=live:LABEL=X ide=nodma apm=off noresume edd=off nomodeset 3 rd.live.image")
    }
}
