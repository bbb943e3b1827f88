import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ContainerTests {
    private func image(_ type: String, _ attributes: [String: String] = [:]) throws -> ResolvedImage {
        var image = Samples.image(attributes)
        image.type.image = type
        image.author = "A Person"
        image.contact = "person@example.org"
        return image
    }

    private func plan(_ image: ResolvedImage, _ options: CreateOptions = CreateOptions()) throws -> String {
        let steps = try ImagePlanners.planner(for: image.type).steps(
            for: image, tree: .layer("configuration"), options: options)
        return try PlanPrinter.text(BuildPlan(steps: steps))
    }

    @Test(arguments: ["oci", "docker", "wsl"]) func plans(_ type: String) throws {
        #expect(try goldenDifference(plan(try image(type)), "plan-\(type).txt") == nil)
    }

    @Test func planOfADerivedContainer() throws {
        let image = try image(
            "oci", ["derived_from": "file:///base.tar", "ensure_empty_tmpdirs": "false"])
        var options = CreateOptions()
        options.compressContainers = false
        options.sourceAddress = "obs://server/project"
        #expect(try goldenDifference(plan(image, options), "plan-oci-derived.txt") == nil)
    }

    @Test func planWithALayerOfPackages() throws {
        var options = CreateOptions()
        options.packagesLayer = .packagesLayer
        options.separatesPackages = true
        #expect(
            try goldenDifference(
                plan(try image("oci", ["derived_from": "file:///base.tar"]), options), "plan-oci-layers.txt")
                == nil)
    }

    @Test func planOfAnAppx() throws {
        #expect(
            try goldenDifference(plan(try image("appx", ["metadata_path": "meta"])), "plan-appx.txt") == nil)
        #expect(throws: Failure.self) { try plan(try image("appx")) }
    }

    @Test func planOfADifference() throws {
        var options = CreateOptions()
        options.packagesLayer = .packagesLayer
        options.separatesPackages = true
        let image = try image("oci", ["derived_from": "file:///base.tar", "delta_root": "true"])
        #expect(try goldenDifference(plan(image, options), "plan-oci-delta.txt") == nil)
    }

    @Test func enclavesAreRefusedAtTheirLine() throws {
        let image = try image("enclave")
        #expect { try plan(image) } throws: { error in
            (error as? Failure)?.diagnostics.first?.position == Samples.position(10)
        }
    }

    @Test func whatHasNoEffectIsSaidSo() throws {
        let image = try image("tbz", ["fsmountoptions": "noatime", "bundle_format": "%N"])
        let notes = try ImagePlanners.planner(for: image.type).notes(for: image)
        #expect(notes.map(\.position) == [Samples.position(12)])
    }

    // MARK: Configuration

    /// An image with that content of `<type image="docker">`.
    private func described(_ content: String) throws -> ResolvedImage {
        let text = """
            <image schemaversion="8.5" name="n"><description type="system"><author>A</author>
            <contact>c@x</contact><specification>s</specification></description><preferences>
            <version>1.0.0</version><packagemanager>apt</packagemanager>
            <type image="docker">\(content)</type></preferences>
            <repository type="apt-deb"><source path="buildhost:"/></repository>
            <packages type="bootstrap"/></image>
            """
        let tree = try SampleTree()
        defer { tree.remove() }
        try tree.add("config.xml", text)
        return try DescriptionLoader.load(folder: tree.path).resolve(
            ResolveRequest(profiles: [], architecture: .x86_64, type: nil, overrides: Overrides()))
    }

    @Test func everyWordOfTheDescriptionIsUsed() throws {
        let image = try described(
            """
            <containerconfig name="some/name" tag="1" additionalnames=":2,other,host:5000/x:3,host:5000/y"
                maintainer="M" user="u" workingdir="/w">
            <entrypoint execute="/e"><argument name="a b"/></entrypoint>
            <subcommand execute="/s"/>
            <expose><port number="80"/><port number="53/udp"/></expose>
            <volumes><volume name="/v"/></volumes><stopsignal>9</stopsignal>
            <environment><env name="B" value="2"/><env name="A" value="x=y"/><env name="B" value="3"/></environment>
            <labels><label name="l" value="v"/></labels>
            <history author="H" created_by="C">text</history></containerconfig>
            """)
        let container = ContainerDescription(image, sourceAddress: "obs://x")
        #expect(
            container.references == [
                "some/name:1", "some/name:2", "other:1", "host:5000/x:3", "host:5000/y:1",
            ])
        let made = container.configuration(over: nil, layers: ["sha256:a", "sha256:b"], clock: 1_700_000_000)
        let json = String(decoding: try CanonicalJSON.encode(made), as: UTF8.self)
        #expect(goldenDifference(json + "\n", "container-configuration.json") == nil)
    }

    @Test func withoutDescriptionThereIsAShell() throws {
        let image = try described("")
        let container = ContainerDescription(image)
        #expect(container.references == ["kiwi-container:latest"])
        let made = container.configuration(over: nil, layers: ["sha256:a"], clock: 0)
        #expect(made.config?.command == ["/bin/bash"])
        #expect(made.author == "A <c@x>")
        #expect(made.history?.map(\.createdBy) == ["KIWI 11.1.6"])
        #expect(made.created == "1970-01-01T00:00:00Z")
        let cleared = try described(
            "<containerconfig name=\"n\"><subcommand clear=\"true\"/></containerconfig>")
        #expect(
            ContainerDescription(cleared).configuration(over: nil, layers: [], clock: 0).config?.command
                == nil)
    }

    @Test func whatIsNotWrittenStaysAsInTheBase() throws {
        var settings = ImageConfiguration.Settings()
        settings.user = "base"
        settings.environment = ["PATH=/bin", "Z=1", "B=old"]
        settings.entrypoint = ["/base"]
        settings.command = ["base"]
        settings.labels = ["a": "1", "b": "1"]
        settings.exposedPorts = ["1/tcp": .init()]
        let base = ImageConfiguration(
            created: "x", author: "base", architecture: "amd64", variant: nil, config: settings,
            layers: ["sha256:base"],
            history: [.init(created: "x", createdBy: "base", author: nil, comment: nil)])
        let image = try described(
            """
            <containerconfig name="n"><subcommand clear="true"/><expose><port number="2"/></expose>
            <environment><env name="B" value="new"/><env name="A" value="1"/></environment>
            <labels><label name="b" value="2"/></labels></containerconfig>
            """)
        let made = ContainerDescription(image).configuration(over: base, layers: ["sha256:own"], clock: 0)
        #expect(made.config?.user == "base")
        #expect(made.config?.environment == ["PATH=/bin", "Z=1", "B=new", "A=1"])
        #expect(made.config?.entrypoint == ["/base"])
        #expect(made.config?.command == nil)
        #expect(made.config?.labels == ["a": "1", "b": "2"])
        #expect(made.config?.exposedPorts.map { $0.keys.sorted() } == ["1/tcp", "2/tcp"])
        #expect(made.rootfs.diffIDs == ["sha256:base", "sha256:own"])
        #expect(made.history?.count == 2)
    }

    @Test func buildServiceAddress() {
        let text = "BUILD_X='1'\nBUILD_DISTURL='obs://server/project/x=y'\n"
        #expect(BuildService.sourceAddress(in: text) == "obs://server/project/x=y")
        #expect(BuildService.sourceAddress(in: "BUILD_DISTURL=''") == nil)
        #expect(BuildService.sourceAddress(in: "") == nil)
    }

    // MARK: The tree

    @Test func servicesOfTheMachineAreSwitchedOff() throws {
        let tree = try SampleTree()
        defer { tree.remove() }
        try tree.add("etc/sysconfig/bootloader", "# text\nLOADER_TYPE=\"grub2\"\nLOADER_LOCATION=mbr\nX=1\n")
        try tree.add("etc/sysconfig/boot", "A=1\nROOTFS_BLKDEV=\"/dev/sda\"\n")
        try tree.add("etc/securetty", "tty1")
        try tree.add("usr/lib/systemd/system/kbd.service")
        try ConfigureContainerTree(tree: .layer("t")).configure(.init(tree.path), 1000)
        #expect(
            try FileSystem.readText("\(tree.path)/etc/sysconfig/bootloader")
                == "# text\nLOADER_TYPE=\"none\"\nLOADER_LOCATION=\"none\"\nX=1\n")
        #expect(
            try FileSystem.readText("\(tree.path)/etc/sysconfig/boot") == "A=1\nROOTFS_BLKDEV=\"/dev/null\"\n"
        )
        #expect(try FileSystem.readText("\(tree.path)/etc/securetty") == "tty1\nconsole\n")
        let units = "\(tree.path)/etc/systemd/system"
        #expect(TreePath.readLink("\(units)/kbd.service") == "/dev/null")
        #expect(try FileSystem.names(in: units) == ["kbd.service"])
        #expect(FileSystem.changeTime(of: "\(tree.path)/etc/securetty") == 1000)
    }

    @Test func differenceOfTwoTrees() throws {
        let (old, new) = (try SampleTree(), try SampleTree())
        defer {
            old.remove()
            new.remove()
        }
        let same = ["same/file", "kept/a", "folder-to-file/deep/x", "gone/deep/x", "gone/y", "tmp/ignored"]
        for path in same + ["file-to-folder", "content", "time", "mode", "link-a"] {
            try old.add(path, "old")
        }
        for path in same.prefix(2) + [
            "folder-to-file", "file-to-folder/inside", "added/new", "time", "mode", "link-a",
        ] {
            try new.add(path, path == "folder-to-file" ? "x" : "old")
        }
        try new.add("content", "new")
        for tree in [old, new] {
            #expect(link("\(tree.path)/link-a", "\(tree.path)/link-b") == 0)
            try reset(tree.path, 1000)
        }
        // Beyond the first pair of names, one more.
        #expect(link("\(new.path)/link-a", "\(new.path)/kept/link-c") == 0)
        try reset(new.path, 1000)
        try reset("\(new.path)/time", 2000)
        chmod("\(new.path)/mode", 0o600)
        let change = try TreeDifference(
            from: old.path, without: Exclusions(["tmp/*"]), to: new.path, without: Exclusions(["tmp/*"]),
            clock: 5000)
        #expect(change.removed.map(\.text) == ["gone", "tmp"])
        #expect(
            change.members.map(\.text) == [
                "added", "added/new", "content", "file-to-folder", "file-to-folder/inside", "folder-to-file",
                "kept", "kept/link-c", "link-a", "link-b", "mode", "time",
            ])
        #expect(change.whiteouts(clock: 5).map(\.path.text) == [".wh.gone", ".wh.tmp"])
    }

    @Test func whatALayerBelowHoldsAndThisOneLeavesOutIsGone() throws {
        let (old, new) = (try SampleTree(), try SampleTree())
        defer {
            old.remove()
            new.remove()
        }
        for path in ["doc/a", "doc/b", "file"] {
            try old.add(path, "old")
            try new.add(path, "old")
        }
        try reset(old.path, 1000)
        // Later than the clock: both are archived with the time of the clock.
        try reset(new.path, 2000)
        let change = try TreeDifference(
            from: old.path, without: Exclusions([]), to: new.path, without: Exclusions(["doc"]), clock: 900)
        #expect(change.removed.map(\.text) == ["doc"])
        #expect(change.members.isEmpty)
    }

    @Test func filesWithHolesAreComparedByTheirData() throws {
        let (old, new) = (try SampleTree(), try SampleTree())
        defer {
            old.remove()
            new.remove()
        }
        for tree in [old, new] {
            try tree.add("same", "a")
            try tree.add("other", "a")
            for name in ["same", "other"] { #expect(truncate("\(tree.path)/\(name)", 64 << 20) == 0) }
        }
        // Data in one file that is a hole in the other, equal and different.
        for (name, byte) in [("same", UInt8(0)), ("other", UInt8(1))] {
            let descriptor = open("\(new.path)/\(name)", O_WRONLY)
            #expect(pwrite(descriptor, [byte], 1, 32 << 20) == 1)
            close(descriptor)
        }
        for tree in [old, new] { try reset(tree.path, 1000) }
        let change = try TreeDifference(
            from: old.path, without: Exclusions([]), to: new.path, without: Exclusions([]), clock: 5000)
        #expect(change.members.map(\.text) == ["other"])
    }

    /// Gives everything the same time.
    private func reset(_ path: String, _ seconds: Int) throws {
        if FileSystem.isRealFolder(path) {
            for name in try FileSystem.names(in: path) { try reset("\(path)/\(name)", seconds) }
        }
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        #expect(utimensat(AT_FDCWD, path, [time, time], AT_SYMLINK_NOFOLLOW) == 0)
    }

    // MARK: Windows

    @Test func manifestsForWindows() throws {
        let text = """
            <?xml version="1.0"?>
            <Package xmlns="http://x" xmlns:uap3="http://y"><Identity Name="N" Version="0.0.0.1" Publisher='CN=old'/>
            <!-- kept --><Applications><Application Id="old" Executable="old.exe">
            <uap:VisualElements Description="old"/><uap3:ExecutionAlias Alias="old.exe"/>
            </Application></Applications></Package>
            """
        var document = try #require(XMLReader.read(Array(text.utf8), file: "m").document)
        var values = AppxValues(nil)
        values.version = "1.2.3.4"
        values.publisher = "CN=\"new\""
        values.applicationID = "app"
        values.launcher = "run.exe"
        values.change(&document.root)
        let expected = text.replacing("Version=\"0.0.0.1\"", with: "Version=\"1.2.3.4\"")
            .replacing(
                "Publisher='CN=old'/", with: "Publisher=\"CN=&quot;new&quot;\" ProcessorArchitecture=\"x64\"/"
            )
            .replacing("Id=\"old\"", with: "Id=\"app\"").replacing("old.exe", with: "run.exe")
        #expect(XMLWriter.text(of: document) == expected)
    }
}
