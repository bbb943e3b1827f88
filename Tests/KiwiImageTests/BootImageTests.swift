import Foundation
import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct BootImageTests {
    private func position(_ line: Int) -> Position { Position(file: "boot.xml", line: line, column: 5) }

    private var boot: ResolvedImage {
        var type = ImageType(image: "cpio", position: position(10))
        type.attributes["image"] = Located("cpio", at: position(10))
        var image = ResolvedImage(name: "initrd", architecture: .x86_64, type: type)
        image.folder = "/boot"
        image.version = "7.0.0"
        image.sourceSchemaVersion = "8.5"
        image.packageManager = Located("apt", at: position(9))
        image.bootstrap.packages = [Located("apt"), Located("kmod")]
        image.system.packages = [Located("mount")]
        image.deletePackages = [Located("busybox"), Located("tar")]
        image.drivers = [Located("ext4"), Located("xfs")]
        image.strip.tools = [Located("mount", at: position(20))]
        image.environment = [
            "kiwi_profiles": "default,std", "kiwi_type": "cpio", "kiwi_iversion": "7.0.0",
            "kiwi_keytable": "us", "kiwi_cpio_name": "initrd",
        ]
        return image
    }

    private var system: ResolvedImage {
        var image = Samples.image(["boot": "netboot/small", "filesystem": "ext4"])
        image.type.image = "pxe"
        image.initrdSystem = "kiwi"
        image.drivers = [Located("ext4"), Located("btrfs")]
        image.strip.tools = [Located("nano")]
        image.strip.delete = [Located("/srv/x")]
        image.bootContents.packages = [Located("busybox", at: Samples.position(40))]
        image.bootContents.delete = [Located("vim-tiny")]
        image.bootContents.archives = [PackageSet.Archive(name: Located("hooks.tgz"))]
        image.repositories = [
            Repository(
                source: Located("buildhost:", at: Samples.position(50)), type: "apt-deb",
                distribution: "bookworm",
                imageInclude: true),
            Repository(source: Located("dir:///only"), type: "apt-deb", imageOnly: true),
        ]
        image.environment = ["kiwi_iname": "demo", "kiwi_type": "pxe", "kiwi_initrd_system": "kiwi"]
        return image
    }

    private let hooks = DescriptionContents.File(
        name: "hooks.tgz", path: "/description/hooks.tgz", digest: "d1", executable: false)

    private func bootImage() throws -> BootImage {
        var contents = DescriptionContents()
        contents.archives = ["hooks.tgz": hooks]
        return try BootImage(boot, DescriptionContents(), for: system, contents)
    }

    @Test func takesFromTheSystem() throws {
        let image = try bootImage().image
        #expect(image.name == "demo")
        #expect(image.version == "7.0.0")
        #expect(image.repositories.map(\.source.value) == ["buildhost:"])
        #expect(image.repositories.first?.imageInclude == false)
        #expect(image.bootstrap.packages.map(\.value) == ["apt", "busybox", "kmod"])
        #expect(image.system.packages.map(\.value) == ["mount"])
        #expect(image.deletePackages.map(\.value) == ["tar", "vim-tiny"])
        #expect(image.drivers.map(\.value) == ["ext4", "xfs", "btrfs"])
        #expect(image.strip.tools.map(\.value) == ["mount", "nano"])
        #expect(image.strip.delete.map(\.value) == ["/srv/x"])
        #expect(image.bootstrap.archives.map(\.name.value) == ["hooks.tgz"])
        #expect(try bootImage().contents.archives == ["hooks.tgz": hooks])
    }

    @Test func variablesAreTheSystemsButForWhatItIs() throws {
        let variables = try bootImage().image.environment
        #expect(variables["kiwi_iname"] == "demo")
        #expect(variables["kiwi_initrd_system"] == "kiwi")
        #expect(variables["kiwi_type"] == "cpio")
        #expect(variables["kiwi_cpio_name"] == "demo")
        #expect(variables["kiwi_profiles"] == "default,std")
        #expect(variables["kiwi_keytable"] == nil)
        #expect(variables["kiwi_delete"] == "tar vim-tiny")
        #expect(variables["kiwi_drivers"] == "ext4,xfs,btrfs")
        #expect(variables["kiwi_strip_tools"]?.hasPrefix("mount nano bash sh ") == true)
    }

    @Test func packagesWithoutABootstrapPhase() throws {
        var boot = boot
        boot.bootstrap.packages = []
        let image = try BootImage(boot, DescriptionContents(), for: system, DescriptionContents()).image
        #expect(image.bootstrap.packages == [])
        #expect(image.system.packages.map(\.value) == ["busybox", "mount"])
    }

    @Test func refusesAnotherPackageManager() {
        var boot = boot
        boot.packageManager = Located("dnf4", at: position(9))
        #expect {
            try BootImage(boot, DescriptionContents(), for: system, DescriptionContents())
        } throws: { error in
            (error as? Failure)?.diagnostics.map { $0.position?.line } == [9]
        }
    }

    @Test func plans() throws {
        let planned = try BootImagePlanner.plan(
            bootImage(), options: PrepareOptions(), because: system.type.position(of: "boot"))
        var options = CreateOptions()
        options.bootTree = planned.tree
        let plan = BuildPlan(
            steps: planned.steps
                + (try KISImagePlanner().steps(for: system, tree: .layer("configuration"), options: options)),
            given: [
                .layer("configuration"), .value("clock"), .value("device-nodes"), .value("used-repositories"),
            ])
        try plan.check()
        #expect(try goldenDifference(PlanPrinter.text(plan), "plan-pxe-boot.txt") == nil)
    }

    /// By itself: KIWI's names of 2007, the kernel of its own tree.
    @Test func plansABootDescriptionByItself() throws {
        var image = boot
        image.descriptionType = "boot"
        func plan(_ image: ResolvedImage) throws -> String {
            let steps = try ArchivePlanner().steps(
                for: image, tree: .layer("configuration"), options: CreateOptions())
            let plan = BuildPlan(
                steps: steps,
                given: [
                    .layer("configuration"), .value("clock"), .value("device-nodes"),
                    .value("used-repositories"),
                ])
            try plan.check()
            return try PlanPrinter.text(plan)
        }
        #expect(try goldenDifference(plan(image), "plan-initrd.txt") == nil)
        image.initrd.addModules = ["kiwi-netboot"]
        image.type.attributes["xen_server"] = Located("true")
        #expect(try goldenDifference(plan(image), "plan-initrd-dracut.txt") == nil)
        image.descriptionType = "system"
        image.initrd = ResolvedImage.InitrdOptions()
        #expect(try plan(image).contains("initrd.x86_64-7.0.0.cpio"))
    }

    /// Those that come with this program: each resolves alone and for a system, and says nothing in vain.
    @Test func ourBootDescriptions() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/KiwiBoot/Resources/boot").standardizedFileURL.path
        var found: [String] = []
        for kind in try FileSystem.names(in: folder).sorted() where kind != "common" && kind != "box" {
            for name in try FileSystem.names(in: "\(folder)/\(kind)").sorted() {
                found.append("\(kind)/\(name)")
                let loaded = try DescriptionLoader.load(folder: "\(folder)/\(kind)/\(name)")
                #expect(loaded.withoutEffect == [])
                let alone = try loaded.resolve(ResolveRequest(architecture: .x86_64))
                #expect(alone.name == "initrd-\(kind)-\(name)")
                #expect(InitrdPlanner.serves(alone))
                #expect(alone.packageManager.value.hasPrefix(name))
                #expect(alone.initrd.addModules == ["kiwi-netboot"])
                #expect(alone.type.flag("xen_server") == (kind == "xennetboot"))
                let kernels = alone.bootstrap.packages.map(\.value).filter {
                    $0.hasPrefix("linux") || $0.hasPrefix("kernel-")
                }
                #expect(!kernels.isEmpty)
                #expect(
                    alone.bootstrap.packages.contains { $0.value.contains("xen") } == (kind == "xennetboot"))
                let forSystem = try loaded.resolve(
                    ResolveRequest(profiles: ["default", "std"], architecture: .x86_64, type: "cpio"))
                #expect(forSystem.bootstrap.packages.allSatisfy { !kernels.contains($0.value) })
                #expect(forSystem.bootstrap.packages.contains { $0.value == "kexec-tools" })
            }
        }
        #expect(found.count == 11)
    }

    @Test func archivesReachInitrdsOfDracut() throws {
        var image = system
        image.type.image = "kis"
        image.initrdSystem = "dracut"
        var contents = DescriptionContents()
        contents.archives = ["hooks.tgz": hooks, "other.tgz": hooks]
        let steps = try KISImagePlanner().steps(
            for: image, tree: .layer("configuration"), options: CreateOptions())
        let given = BootArchives.given(to: steps, of: image, contents)
        let unpack = try #require(given.first as? UnpackBootArchives)
        #expect(unpack.files.keys.sorted() == ["hooks.tgz"])
        let initrd = try #require(given.lazy.compactMap { $0 as? MakeInitrd }.first)
        #expect(initrd.reads.contains(.bootArchives))
        image.bootContents.archives = []
        #expect(BootArchives.given(to: steps, of: image, contents).count == steps.count)
    }

    @Test func familiesOfPackageManagers() throws {
        var boot = boot
        var system = system
        boot.packageManager = Located("dnf4")
        system.packageManager = Located("dnf5")
        let image = try BootImage(boot, DescriptionContents(), for: system, DescriptionContents()).image
        #expect(image.packageManager.value == "dnf5")
    }

    @Test func runsTheScriptOfCreate() throws {
        var boot = try bootImage()
        boot.contents.scripts["images.sh"] = DescriptionContents.File(
            name: "images.sh", path: "/boot/images.sh", digest: "d2", executable: true)
        let planned = try BootImagePlanner.plan(boot, options: PrepareOptions(), because: nil)
        #expect(planned.steps.last?.id == "boot-image.layer.image-type.cpio")
        #expect(planned.tree.tree == .layer("boot-image.image-type.cpio"))
    }

    @Test func withoutABootDescriptionIsRefused() throws {
        for (type, line) in [("pxe", 10), ("kis", 12)] {
            var image = Samples.image(type == "kis" ? ["filesystem": "ext4", "initrd_system": "kiwi"] : [:])
            image.type.image = type
            image.initrdSystem = "kiwi"
            #expect {
                try KISImagePlanner().steps(
                    for: image, tree: .layer("configuration"), options: CreateOptions())
            } throws: { error in
                (error as? Failure)?.diagnostics.map { $0.position?.line } == [line]
            }
        }
    }

    @Test func theKernelFindsItsFirstProgram() throws {
        func make(_ file: String?, mode: mode_t = 0o755) throws -> String? {
            let place = try TestPlace()
            defer { place.remove() }
            if let file { try FileSystem.write("#!/bin/sh\n", to: "\(place.path)/\(file)", mode: mode) }
            try CompleteBootTree.makeInit(in: place.path, because: position(3))
            return TreePath.readLink("\(place.path)/init")
        }
        #expect(try make("init") == nil)
        #expect(try make("linuxrc") == "linuxrc")
        for (file, mode, code) in [
            (nil, 0o755, "no-init"), ("init", 0o644, "init-not-executable"),
            ("linuxrc", 0o644, "init-not-executable"),
        ] as [(String?, mode_t, String)] {
            #expect {
                try make(file, mode: mode)
            } throws: { error in
                let found = error as? Diagnostic
                return found?.code == code && found?.position?.line == 3
            }
        }
    }

    @Test func anInitrdHasAConsole() throws {
        let own = DeviceNode(path: "/dev/null", kind: .character, major: 1, minor: 3, mode: 0o600)
        #expect(
            PackInitrd.nodes([own], tree: [RawPath("dev")]).map(\.path) == ["/dev/null", "/dev/console"])
        #expect(
            PackInitrd.nodes([], tree: [RawPath("dev"), RawPath("dev/console")]).map(\.path) == ["/dev/null"])
        #expect(PackInitrd.nodes([], tree: []) == [])
    }
}
