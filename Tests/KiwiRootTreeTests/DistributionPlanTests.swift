import KiwiDescription
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiRootTree

/// Descriptions of several distributions resolve, plan, and lead to the calls that KIWI makes (with the
/// build machine's program and the tree as its root, then with the tree's own program).
@Suite struct DistributionPlanTests {
    private func image(_ name: String, _ body: String, in folder: TestFolder) throws -> ResolvedImage {
        try folder.write(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <image schemaversion="8.0" name="\(name)">
                <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
            \(body)
            </image>

            """, to: "\(name)/config.xml")
        return try DescriptionLoader.load(
            folder: "\(folder.path)/\(name)", fileName: nil, fetch: Self.unreachable
        ).resolve(ResolveRequest(architecture: .x86_64))
    }

    private static let unreachable: @Sendable (String, Int) throws(Diagnostic) -> [UInt8] = {
        (address, _) throws(Diagnostic) in
        throw Diagnostic("unreachable", address)
    }

    private static let openSUSE = """
            <preferences>
                <version>1.0.0</version>
                <packagemanager>zypper</packagemanager>
                <rpm-excludedocs>true</rpm-excludedocs>
                <type image="iso" flags="overlay" firmware="uefi" primary="true"/>
            </preferences>
            <repository type="rpm-md" alias="oss" imageinclude="true" priority="10">
                <source path="obs://openSUSE:Tumbleweed/standard"/>
            </repository>
            <packages type="image" patternType="plusRecommended">
                <namedCollection name="base"/>
                <product name="openSUSE"/>
                <package name="kernel-default"/>
                <package name="grub2-x86_64-efi" arch="x86_64"/>
                <package name="grub2-arm64-efi" arch="aarch64"/>
                <package name="dracut-kiwi-live"/>
                <ignore name="plymouth"/>
            </packages>
            <packages type="iso"><package name="patterns-base-bootloader"/></packages>
            <packages type="bootstrap">
                <package name="filesystem"/>
                <package name="openSUSE-release"/>
            </packages>
            <packages type="uninstall"><package name="wicked"/></packages>
            <packages type="delete"><package name="doc-tools"/></packages>
        """

    private static let fedora = """
            <preferences>
                <version>40.0.0</version>
                <release-version>40</release-version>
                <packagemanager>dnf5</packagemanager>
                <rpm-check-signatures>true</rpm-check-signatures>
                <type image="oem" filesystem="btrfs" firmware="uefi" primary="true"/>
            </preferences>
            <repository type="rpm-md" alias="fedora" sourcetype="metalink" repository_gpgcheck="false" package_gpgcheck="true">
                <source path="https://mirrors.example.org/metalink?repo=fedora-40&amp;arch=x86_64"/>
            </repository>
            <packages type="image" patternType="onlyRequired">
                <namedCollection name="core"/>
                <package name="kernel"/>
                <package name="glibc.i686"/>
                <ignore name="dracut-config-rescue"/>
            </packages>
            <packages type="bootstrap">
                <package name="filesystem"/>
                <package name="fedora-release"/>
                <collectionModule name="nodejs" stream="18" enable="true"/>
                <collectionModule name="perl" enable="false"/>
            </packages>
        """

    private static let arch = """
            <preferences>
                <version>1.0.0</version>
                <packagemanager>pacman</packagemanager>
                <type image="iso" flags="overlay" primary="true"/>
            </preferences>
            <repository type="rpm-md" alias="core" components="core extra"><source path="https://mirror.example.org/archlinux"/></repository>
            <packages type="image"><namedCollection name="base"/><package name="linux"/><package name="grub"/></packages>
            <packages type="bootstrap"><package name="filesystem"/></packages>
        """

    private static let alpine = """
            <preferences>
                <version>1.0.0</version>
                <packagemanager>apk</packagemanager>
                <type image="docker" primary="true"><containerconfig name="alpine"/></type>
            </preferences>
            <repository type="apk" alias="main"><source path="https://dl.example.org/alpine/v3.20/main"/></repository>
            <packages type="image"><package name="openrc"/></packages>
            <packages type="bootstrap"><package name="alpine-base"/></packages>
        """

    private func calls(_ image: ResolvedImage, _ request: PackageRequest) throws -> [String] {
        func lines(_ tool: String, _ all: [[String]]) -> [String] {
            all.map { ToolCall(tool, $0).displayLine }
        }
        switch image.packageManager.value {
        case "zypper":
            let calls = ZypperCalls(
                state: "/b", acceptsKeys: request.trustedKeys.isEmpty, releaseVersion: request.releaseVersion)
            let words = RpmWords(request, .zypper)
            return lines(
                ZypperCalls.tool,
                [calls.refresh("/r"), calls.install("/r", words.bootstrap)]
                    + calls.lock(nil, words.system.excluded)
                    + [
                        calls.install(nil, words.system),
                        calls.uninstall(nil, image.uninstallPackages.map(\.value)),
                    ])
        case "pacman":
            let calls = PacmanCalls(configuration: "/b/pacman.conf")
            let words = RpmWords(request, RpmWords.Style(collection: "", product: nil))
            return lines(
                PacmanCalls.tool,
                [
                    calls.refresh("/r"), calls.bootstrap("/r", words.bootstrap.words),
                    calls.install(nil, words.system.words),
                ])
        case "apk":
            let calls = ApkCalls(
                repositories: try RpmRepository.all(for: request, types: ["apk"]).map(\.address))
            let words = RpmWords(request, RpmWords.Style(collection: "", product: nil))
            return lines(
                ApkCalls.tool,
                [
                    calls.bootstrap("/r", words.bootstrap.words), calls.update("/r"),
                    calls.install("/r", words.system.words),
                ])
        default:
            let calls = DnfCalls(
                configuration: "/b/dnf.conf", releaseVersion: request.releaseVersion ?? "0",
                program: .choose(for: request.manager.value) { _ in true })
            let words = RpmWords(request, .dnf)
            return lines(
                calls.program.rawValue,
                [calls.makeCache("/r", offline: false)]
                    + calls.modules("/r", disable: words.disabledModules, enable: words.enabledModules)
                    + [calls.install("/r", words.bootstrap), calls.install(nil, words.system)])
        }
    }

    @Test func plansAndCalls() throws {
        let folder = try TestFolder()
        var text = ""
        for (name, body) in [
            ("opensuse", Self.openSUSE), ("fedora", Self.fedora), ("arch", Self.arch),
            ("alpine", Self.alpine),
        ] {
            let image = try image(name, body, in: folder)
            var options = PrepareOptions()
            options.obsDownloadURL = "https://download.example.org/repositories"
            let request = PackageRequest(for: image, options: options)
            let steps = try RootTreePlanner.steps(
                for: image, contents: DescriptionContents(), options: options)
            text += "# \(name)\n" + steps.map { "\($0.id): \($0.summary)\n" }.joined()
            text += try calls(image, request).map { $0 + "\n" }.joined()
            let notes = RootTreePlanner.warnings(for: image, options: options)
            text += notes.map { "\($0.severity): \($0.message)\n" }.joined() + "\n"
        }
        if let difference = goldenDifference(text, "distributions.txt") { Issue.record("\(difference)") }
    }
}
