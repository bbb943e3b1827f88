import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct ResolutionTests {
    @Test func anISO() throws {
        var sample = Sample()
        sample.type = #"image="iso" volid="DEMO" kernelcmdline="quiet""#
        sample.repository = ""
        sample.sections = """
            <repository type="apt-deb" alias="main" arch="x86_64">
                <source path="buildhost:"><signing key="this://key.asc"/></source>
            </repository>
            <packages type="iso"><package name="dracut-kiwi-live"/><package name=" live "/></packages>
            <users><user name="root" password="x" groups="root,wheel:10"/></users>
            """
        let loaded = try sample.load()
        let image = try loaded.resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.name == "sample")
        #expect(image.version == "1.2.3")
        #expect(image.type.string("volid") == "DEMO")
        #expect(image.system.packages.map(\.value) == ["dracut-kiwi-live", "kernel", "live"])
        #expect(image.system.optional == ["dracut-kiwi-live"])
        #expect(image.bootstrap.packages.map(\.value) == ["apt", "filesystem"])
        #expect(image.repositories.first?.source.value == "buildhost:")
        #expect(image.trustedKeys.first?.value == "file://" + image.folder + "/key.asc")
        #expect(image.users.first?.groups == [User.Group(name: "root"), User.Group(name: "wheel", id: 10)])
        #expect(image.environment["kiwi_live_volid"] == "DEMO")
        #expect(image.environment["kiwi_cmdline"] == "quiet")
        #expect(image.environment["kiwi_oemtitle"] == nil)
        #expect(image.type.position?.line == 10)
        #expect(
            try loaded.resolve(ResolveRequest(architecture: Architecture(rawValue: "s390x"))).repositories
                .isEmpty)
    }

    @Test func aBootImage() throws {
        var sample = Sample()
        sample.type = #"image="pxe" boot=" netboot/small " bootprofile="diskless""#
        sample.sections = """
            <drivers><file name="ext4"/></drivers>
            <strip type="tools"><file name="nano"/></strip>
            <packages type="pxe">
                <package name="busybox" bootinclude="true"/><package name="vim" bootdelete="true"/>
                <package name="other" bootinclude="true" arch="s390x"/>
                <archive name="hooks.tgz" bootinclude="true"/><archive name="a.tgz"/>
            </packages>
            <packages type="delete"><package name="gone" bootinclude="true"/></packages>
            """
        let image = try sample.load().resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.bootContents.packages.map(\.value) == ["busybox"])
        #expect(image.bootContents.delete.map(\.value) == ["vim"])
        #expect(image.bootContents.archives.map(\.name.value) == ["hooks.tgz"])
        #expect(image.strip.tools.first?.position != nil)
        #expect(image.environment["kiwi_drivers"] == "ext4")
        let reference = try #require(BootDescriptionReference(image))
        #expect(reference.profiles(of: ["default", "std"]) == ["diskless", "std"])
        #expect(reference.profiles(of: []) == ["diskless"])
        let places = reference.candidates(shares: ["/share/boot"])
        #expect(places.count == 3)
        #expect(places[0].hasPrefix("/") && places[0].hasSuffix("/netboot/small"))
        #expect(places[1] == "\(image.folder)/netboot/small")
        #expect(places[2] == "/share/boot/netboot/small")
        #expect(reference.folder(shares: []) { $0 == places[1] } == places[1])
        #expect(reference.folder(shares: []) { _ in false } == nil)
    }

    @Test func boilsDownToNoBootImage() throws {
        for type in [#"image="pxe""#, #"image="pxe" boot=" ""#, #"image="iso""#] {
            var sample = Sample()
            sample.type = type
            #expect(BootDescriptionReference(try sample.load().resolve(ResolveRequest())) == nil)
        }
        var sample = Sample()
        sample.type = #"image="pxe" boot="/srv/initrd""#
        let reference = BootDescriptionReference(try sample.load().resolve(ResolveRequest()))
        #expect(reference?.candidates(shares: ["/share"]) == ["/srv/initrd"])
    }

    private func profiles() throws -> LoadedDescription {
        var sample = Sample()
        sample.sections = """
            <profiles>
                <profile name="a" description="A"><requires profile="b"/></profile>
                <profile name="b" description="B"><requires profile="a"/></profile>
                <profile name="c" description="C" import="true"><requires profile="a"/></profile>
                <profile name="arm" description="D" arch="aarch64"/>
                <profile name="broken" description="E"><requires profile="arm"/></profile>
            </profiles>
            <preferences profiles="b"><version>2.0.0</version><keytable>us</keytable><type image="oem" filesystem="ext4" primary="true"/></preferences>
            <preferences profiles="c"><keytable>de</keytable></preferences>
            """
        return try sample.load()
    }

    @Test func profileSelection() throws {
        let loaded = try profiles()
        func selected(_ names: [String]) throws -> [String] {
            try loaded.resolve(ResolveRequest(profiles: names, architecture: .x86_64)).profiles
        }
        #expect(try selected([]) == ["c"])
        #expect(try selected(["b"]) == ["b", "a"])
        #expect(try selected(["c", "b"]) == ["c", "a", "b"])
    }

    @Test(arguments: [
        ("d", ExitCode.usage, "unknown-profile"), ("arm", .usage, "profile-not-for-architecture"),
        ("broken", .descriptionWrong, "profile-not-for-architecture"),
    ])
    func wrongProfiles(_ name: String, _ code: ExitCode, _ diagnostic: String) throws {
        let loaded = try profiles()
        let failure = #expect(throws: Failure.self) {
            try loaded.resolve(ResolveRequest(profiles: [name], architecture: .x86_64))
        }
        #expect(failure?.exitCode == code)
        #expect(failure?.diagnostics.first?.code == diagnostic)
    }

    @Test func preferencesAreMerged() throws {
        let image = try profiles().resolve(ResolveRequest(profiles: ["b", "c"], architecture: .x86_64))
        #expect(image.version == "1.2.3")
        #expect(image.environment["kiwi_iversion"] == "2.0.0")
        #expect(image.keytable == "de")
        #expect(image.type.image == "oem")
    }

    @Test func typeSelection() throws {
        let loaded = try profiles()
        let iso = try loaded.resolve(ResolveRequest(profiles: ["b"], architecture: .x86_64, type: "iso"))
        #expect(iso.type.image == "iso")
        let disk = try loaded.resolve(ResolveRequest(profiles: ["b"], architecture: .x86_64, type: "vmx"))
        #expect(disk.type.image == "oem")
        let failure = #expect(throws: Failure.self) {
            try loaded.resolve(ResolveRequest(architecture: .x86_64, type: "oem"))
        }
        #expect(failure?.exitCode == .usage)
        #expect(failure?.diagnostics.first?.remedy == "add --profile b")
    }

    @Test func volumes() throws {
        var sample = Sample()
        sample.type = #"image="oem" filesystem="ext4""#
        sample.typeContent = """
            <oemconfig><oem-swap>true</oem-swap></oemconfig>
            <systemdisk name="vg">
                <volume name="usr/lib" size="2G"/>
                <volume name="home" mountpoint="/home" freespace="all" label="HOME"/>
                <volume name="s" arch="s390x"/>
            </systemdisk>
            """
        let image = try sample.load().resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.volumes.map(\.name) == ["usr_lib", "home", "LVRoot", "LVSwap"])
        #expect(image.volumes.map(\.size) == [.fixed(2048), .all, .free(30), .fixed(128)])
        #expect(image.volumes.map(\.mountPoint) == ["usr/lib", "/home", nil, nil])
        #expect(image.environment["kiwi_Volume_Root"] == "LVRoot|freespace:30|")
        #expect(image.environment["kiwi_Volume_3"] == "LVSwap|size:128|")
        #expect(image.environment["kiwi_lvmgroup"] == "vg")
    }
}
