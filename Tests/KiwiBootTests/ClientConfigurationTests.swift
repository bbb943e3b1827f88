import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiBoot
@testable import KiwiDescription

@Suite struct ClientConfigurationTests {
    private let table: ClientKeyTable

    init() throws { table = try ClientKeyTable.installed.get() }

    private func read(_ text: String) throws -> ClientConfiguration {
        try ClientConfiguration(parsing: text, file: "config.default")
    }

    private func findings(_ text: String) throws -> [String] {
        try read(text).findings(table).map { "\($0)" + ($0.remedy == nil ? " (no remedy)" : "") }
    }

    @Test func everyKeyOfTheTableCanBeChecked() {
        #expect(table.keys.count > 30 && table.fields.count > 20)
        #expect(table.key("IMAGE")?.usage.hasPrefix("device;name;version[;server]") == true)
        #expect(table.key("staff_KIWI_MAC_LIST") != nil && table.key("_NONSENSE") == nil)
        #expect(ClientKeyTable(parsing: "value\tX\tnofield\tmeaning") == nil)
        #expect(ClientKeyTable(parsing: "field\tX\t(\tmeaning") == nil)
    }

    @Test func theManualsExamplesAreGood() throws {
        let cashRegister = """
            IMAGE=/dev/hda2;image/browser;1.1.1;192.168.1.1;4096
            CONF=/KIWI/00:30:05:1D:75:D2/ntp.conf;/etc/ntp.conf;192.168.1.1;1024, \\
                /KIWI/00:30:05:1D:75:D2/xorg.xonf;/etc/X11/xorg.xonf;192.168.1.1;1024
            PART=200;S;x,300;L;/,500;L;/opt,x;L;/home
            DISK=/dev/hda

            """
        #expect(try findings(cashRegister) == [])
        let configuration = try read(cashRegister)
        #expect(configuration.items("CONF").map { $0[1] } == ["/etc/ntp.conf", "/etc/X11/xorg.xonf"])
        #expect(configuration.items("PART").count == 4)
        let split = """
            IMAGE=/dev/sda2;minimal-10.1.i686;1.1.2;192.168.100.2;4096,\\
                  /dev/sda3;minimal-10.1-read-only.i686;1.1.2;192.168.100.2;4096
            PART=200;S;x,500;L;/,x;L;
            DISK=/dev/sda
            COMBINED_IMAGE=yes

            """
        #expect(try findings(split) == [])
        #expect(try findings("NFSROOT=129.168.100.7:/tmp/kiwi.nfsroot\n") == [])
        #expect(try findings("NFSROOT='129.168.100.7;/tmp/kiwi.nfsroot'\n") == [])
        #expect(
            try findings(
                "IMAGE='/dev/sda3;image/b;1;10.0.0.1;4096;compressed'\nPART='200;S;x,300;L;/,x;L;x'\n"
                    + "UNIONFS_CONFIG=/dev/sda2,/dev/sda3,aufs\nDISK=/dev/sda\n") == [])
    }

    @Test func quotesCommentsAndBackslashes() throws {
        let text =
            "# a comment\n\nNAME=\"-1\" # why\r\nERROR_INTERRUPT='a # b \"c\"'\nKIWI_KERNEL_OPTIONS=vga=0x317 splash=silent  \nDISK=/dev/\\sda\nRELOAD_IMAGE=\n"
        let configuration = try read(text)
        #expect(configuration.value("NAME") == "-1")
        #expect(configuration.value("ERROR_INTERRUPT") == "a # b \"c\"")
        #expect(configuration.value("KIWI_KERNEL_OPTIONS") == "vga=0x317 splash=silent")
        #expect(configuration.value("DISK") == "/dev/sda")
        #expect(configuration.value("RELOAD_IMAGE") == "")
        #expect(
            configuration.entries[0].position
                == Position(file: "config.default", line: 3, column: 1, length: 4))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let values = [
            "IMAGE": "/dev/sda2;a.x86_64;1.0,/dev/sda3;b;2",
            "ERROR_INTERRUPT": "it's \"$(reboot)\" `x` \\ # end",
            "KIWI_KERNEL_OPTIONS": "a=b c", "DISK": "/dev/sda", "RELOAD_IMAGE": "",
        ]
        let configuration = ClientConfiguration(
            values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
        #expect(try read(configuration.text) == configuration)
        // A shell that sources it, as KIWI's client did, runs nothing.
        #expect(configuration.text.contains("\\$(reboot)") && configuration.text.contains("\\`x\\`"))
        #expect(configuration.text.contains("IMAGE='/dev/sda2;"))
    }

    @Test func mistakesAreFoundWhereTheyAre() throws {
        let text = """
            IMAGE=/dev/sda2;till;1.0;10.0.0.1;4096,/dev/sdb1;../etc/passwd;1
            PART=100;Q;/
            IMGE=x
            DISK=sda
            NAME=1
            NAME=soon

            """
        #expect(
            goldenDifference(try findings(text).joined(separator: "\n") + "\n", "Netboot/mistakes.txt") == nil
        )
    }

    @Test(arguments: [
        ("PART='x;L;/,100;L;/b'\nDISK=/dev/sda", "takes all that is left"),
        ("PART='100;L;/,x;L;/'\nDISK=/dev/sda", "two partitions are mounted at /"),
        ("PART='100;L;/'", "DISK does not say which"),
        ("RAID='1;/dev/sda;/dev/sda'\nPART='x;L;/'", "two disks"),
        ("RAID='5;/dev/sda;/dev/sdb'\nPART='x;L;/'", "'5' is no level"),
        ("RAID='1;/dev/sda'\nPART='x;L;/'", "lacks its disk"),
        (
            "RAID='1;/dev/sda;/dev/sdb'\nPART='x;L;/'\nIMAGE='/dev/sda1;a;1'",
            "/dev/sda1 is none of the arrays"
        ),
        ("RAID='1;/dev/sda;/dev/sdb'\nPART='x;L;/'\nIMAGE='/dev/md1;a;1'", "/dev/md1 is none of the arrays"),
        (
            "RAID='1;/dev/sda;/dev/sdb'\nDISK=/dev/sda\nPART='1;L;x,x;L;x'\nIMAGE='/dev/md0;a;1'\n"
                + "UNIONFS_CONFIG='/dev/sdb2,/dev/md0,overlay'", "/dev/sdb2 is none of the arrays"
        ),
        ("DISK=/dev/sda", "no effect without PART"),
        ("IMAGE='/dev/ram0;a;1'", "/dev/ram0 holds the initrd"),
        ("IMAGE='/dev/ram1;a;1;10.0.0.1;4'", "a TFTP block of 4 bytes"),
        ("IMAGE='/dev/ram1;a;1'\nCOMBINED_IMAGE=yes", "IMAGE names 1"),
        ("KIWI_KERNEL=boot/linux", "without KIWI_INITRD"),
        ("IMAGE='/dev/sda2;a;1'\nUNIONFS_CONFIG=tmpfs,/dev/sda3,overlay", "no IMAGE goes to /dev/sda3"),
        ("UNIONFS_CONFIG=/dev/sda3,/dev/sda3,overlay", "changes cannot go to the device"),
        ("IMAGE='/dev/sda2;a;1'\nNFSROOT='10.0.0.1;/x'", "several roots: NFSROOT, IMAGE"),
        ("IMAGE='/dev/sda2;a;1;;;;x'", "a field too many"),
        ("IMAGE='/dev/sda2;a'", "IMAGE lacks its version"),
        ("IMAGE='/dev/sda2;a$(reboot);1'", "is no name of IMAGE"),
        ("KIWI_KERNEL_OPTIONS='a; reboot'", "is no options"),
    ])
    func rules(text: String, message: String) throws {
        let found = try findings(text + "\n")
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
        #expect(!found.contains { $0.hasSuffix("(no remedy)") })
    }

    @Test(arguments: [
        ("reboot\n", "1:1", "no KEY=value"), ("A=1\n$(reboot)=x\n", "2:1", "no KEY=value"),
        ("NAME='1\nDISK=/dev/sda\n", "1:6", "is not closed"), ("NAME=a\u{7}b\n", "1:7", "control character"),
        (" =x\n", "1:2", "no KEY=value"),
    ])
    func linesThatAreNone(text: String, place: String, message: String) {
        let failure = #expect(throws: Failure.self) { try read(text) }
        #expect(failure?.diagnostics.count == 1)
        #expect(failure?.description.contains("config.default:\(place): ") == true, "\(failure!)")
        #expect(failure?.description.contains(message) == true)
    }

    @Test func hostileTextEndsSoon() throws {
        for text in [
            "\\", "A=\\", "A='", String(repeating: "A=\\\n", count: 20000), "\u{0}", "=\n", "A=\r\n\r\nB=1",
        ] {
            _ = try? read(text).findings(table)
        }
        let long = "IMAGE=" + String(repeating: "a/", count: 30000)
        #expect(try findings(long).count == 3)
    }

    @Test func addressesOfCards() throws {
        let mac = try #require(MACAddress("00-ab-f3-11-73-c8"))
        #expect(mac.description == "00:AB:F3:11:73:C8")
        #expect(MACAddress("01-00-ab-f3-11-73-c8") == mac && MACAddress("00.AB.F3.11.73.C8") == mac)
        #expect(
            mac.spellings == [
                "00:AB:F3:11:73:C8", "00:ab:f3:11:73:c8", "00.AB.F3.11.73.C8", "00.ab.f3.11.73.c8",
            ])
        for text in ["", "00:AB", "00:AB:F3:11:73:C", "00:AB:F3:11:73:GG", "+0:AB:F3:11:73:C8", "../../../a"]
        {
            #expect(MACAddress(text) == nil)
        }
    }

    @Test func deploySections() throws {
        var deploy = LegacyFacts.Deploy()
        #expect(
            ClientConfiguration(deploy, name: "till.x86_64", version: "1.0", imageMiB: 9, compression: nil)
                .text
                == "IMAGE='/dev/ram1;till.x86_64;1.0'\n")
        deploy.server = "192.168.100.2"
        deploy.blockSize = 4096
        deploy.device = "/dev/sda"
        deploy.partitions = [
            .init(number: 2, type: "L", size: "image", mountPoint: "/", isTarget: true),
            .init(number: 1, type: "swap", size: "1024"), .init(number: 3, mountPoint: "/home"),
        ]
        deploy.union = .init(readWriteDevice: "/dev/sda3", readOnlyDevice: "/dev/sda2", type: "aufs")
        deploy.configurations = [.init(source: "/KIWI/till.conf", destination: "/etc/till.conf")]
        let configuration = ClientConfiguration(
            deploy, name: "till.x86_64", version: "1.0", imageMiB: 300, compression: "compressed-xz")
        #expect(goldenDifference(configuration.text, "Netboot/config.default") == nil)
        #expect(configuration.findings(table) == [])
        deploy.device = "sda; reboot"
        deploy.position = Position(file: "config.xml", line: 7, column: 3)
        let found = ClientConfiguration.findings(deploy, name: "till.x86_64", version: "1.0", table)
        #expect(!found.isEmpty && found.allSatisfy { $0.position?.line == 7 })
        #expect(ClientConfiguration.partition(2, of: "/dev/nvme0n1") == "/dev/nvme0n1p2")
    }
}
