import Foundation
import KiwiDiagnostics
import Testing

@testable import kiwi

/// The command line of KIWI 1 to 8, as scripts and build services call it.
@Suite struct FormerCommandLineTests {
    @Test(arguments: [
        // 2007
        ("--prepare /d --root /tmp/myroot", "system prepare --description /d --root /tmp/myroot"),
        ("-p d -r r", "system prepare --description d --root r"),
        (
            "--create /tmp/myroot --destdir /tmp/myimages",
            "system create --root /tmp/myroot --target-dir /tmp/myimages"
        ),
        ("--create r --type usb -d o", "--type usb system create --root r --target-dir o"),
        ("--type=usb --create=r -d o", "--type usb system create --root r --target-dir o"),
        (
            "--upgrade r --add-repo http://a --add-repotype yast2",
            "system update --root r --add-repo http://a,yast2"
        ),
        (
            "--upgrade r --add-package vim --add-package less",
            "system update --root r --add-package vim --add-package less"
        ),
        (
            "--prepare d --root r --set-repo http://a --set-repotype rpm-md",
            "system prepare --description d --root r --set-repo http://a,rpm-md"
        ),
        ("--list", "init"),
        // 5 to 8, and what a build service calls.
        (
            "--logfile terminal --prepare S --root K --add-profile p --add-profile q",
            "--logfile stdout --profile p --profile q system prepare --description S --root K"
        ),
        (
            "--nocolor --logfile l --create K --type oem -d K-oem --add-profile p",
            "--logfile l --type oem --profile p system create --root K --target-dir K-oem"
        ),
        ("-l terminal --build D -d O", "--logfile stdout system build --description D --target-dir O"),
        ("--bundle-build K -d B/ --bundle-id 1.2", "result bundle --target-dir K --bundle-dir B/ --id 1.2"),
        (
            "--prepare d --root r --recycle-root --ignore-repos --add-repo a --add-repo b --add-repotype rpm-md --add-repotype apt-deb --add-repoalias x --add-repopriority 5 --add-repopriority 7",
            "system prepare --description d --root r --allow-existing-root --ignore-repos --add-repo a,rpm-md,x,5 --add-repo b,apt-deb,,7"
        ),
        ("--check-config d", "lint d"),
        ("--prep d --root r --del-package x", "system prepare --description d --root r --delete-package x"),
        (
            "--bootcd /tmp/initrd-netboot.i686-2.1.1.gz",
            "image medium /tmp/initrd-netboot.i686-2.1.1.gz --output /tmp/initrd-netboot.i686-2.1.1.cdboot.iso"
        ),
        (
            "--bootstick i.gz --bootstick-system s --bootstick-device sdb",
            "image medium i.gz --output i.stick.iso --system s|image write i.stick.iso --device sdb"
        ),
        ("--bootstick i.gz", "image medium i.gz --output i.stick.iso|image write i.stick.iso"),
        (
            "--bootvm i.gz --bootvm-system s --bootvm-disksize 4G -d O",
            "image medium i.gz --output O/s.vmdk --system s --format vmdk --size 4G"
        ),
        ("--installcd i.gz --installcd-system s", "image medium i.gz --output s.install.iso --install s"),
        (
            "--installstick i.gz --installstick-system s --bootstick-device f",
            "image medium i.gz --output s.install.iso --install s|image write s.install.iso --device f"
        ),
        (
            "--prepare d --root r --force-new-root -y -v 2",
            "system clean --root r|system prepare --description d --root r"
        ),
    ]) func becomes(_ former: String, _ today: String) throws {
        let call = try #require(try FormerCommandLine.read(former.split(separator: " ").map(String.init)))
        #expect(call.calls.map { $0.joined(separator: " ") }.joined(separator: "|") == today)
        // Today's program knows every one of these words.
        for words in call.calls { _ = try Kiwi.parseAsRoot(words) }
    }

    @Test(arguments: [
        "system prepare --description d --root r", "--type iso system build --description d --target-dir t",
        "--debug --profile p system create --root r --target-dir t", "--version", "--help", "-h", "",
        "lint d", "--logfile stdout doctor", "no-such-command", "--color-output lint d",
    ]) func todaysLinesStay(_ line: String) throws {
        #expect(try FormerCommandLine.read(line.split(separator: " ").map(String.init)) == nil)
    }

    @Test(arguments: [
        ("--prepare d --create r", "--prepare and --create cannot be done in one call"),
        ("--prepare", "--prepare needs a value"),
        ("--prepare --root r", "--prepare needs a value"),
        ("--prepare d --rooot r", "there is no option '--rooot'"),
        ("--prepare d --add-repotype x", "--add-repo is given less often than what belongs to it"),
        ("--prepare d --add-repo a --add-repoalias x,y", "'x,y' has a comma"),
        ("--prepare d extra", "'extra' stands alone"),
        ("--installpxe initrd.gz", "--installpxe is not there any more"),
        ("-m name -d o", "-m is not there any more"),
        ("--prepare d --add-pattern base", "--add-pattern is not there any more"),
    ]) func mistakes(_ former: String, _ problem: String) throws {
        do {
            _ = try FormerCommandLine.read(former.split(separator: " ").map(String.init))
            Issue.record("no error for \(former)")
        } catch {
            #expect(error.exitCode == .usage)
            #expect(error.diagnostics.map(\.message) == [problem])
            #expect(error.diagnostics.allSatisfy { !($0.remedy ?? "").isEmpty })
        }
    }

    @Test func namesAreUnique() {
        let names = FormerOption.all.flatMap(\.names)
        // -l is the list, and the log beside an operation.
        #expect(Set(names).count == names.count)
    }

    @Test func theNoteNamesTodaysCall() throws {
        let run = try ProgramRun("--check-config", "/no-such-folder")
        #expect(run.exitCode != 0)
        #expect(run.messages.contains("kiwi lint /no-such-folder"))
    }

    @Test func theDestinationMustExist() throws {
        let run = try ProgramRun("--create", "/no-such-tree", "-d", "/no-such-folder")
        #expect(run.exitCode == 2)
        #expect(run.messages.contains("there is no folder '/no-such-folder'"))
    }
}
