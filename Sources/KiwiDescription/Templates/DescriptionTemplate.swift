/// A small description to start from, as `kiwi init` writes it.
public struct DescriptionTemplate: Sendable {
    /// What the image is.
    public enum Kind: String, CaseIterable, Sendable { case live, disk, container, installer }

    var distribution: TemplateDistribution
    public var kind: Kind
    /// For which machines the image is.
    public var architecture = Architecture.x86_64

    /// For example `debian-live`.
    public var name: String { "\(distribution.name)-\(kind.rawValue)" }
    /// One line for people.
    public var summary: String { "\(distribution.title): \(kind.summary)" }

    /// All of them, by distribution.
    public static let all: [DescriptionTemplate] = TemplateDistribution.all.flatMap { distribution in
        Kind.allCases.map { DescriptionTemplate(distribution: distribution, kind: $0) }
    }

    /// The template for another architecture; nil where the names of its packages are not known.
    public func adapted(to architecture: Architecture) -> DescriptionTemplate? {
        let isKnown =
            architecture == .x86_64 || kind == .container
            || distribution.otherArchitectures.contains(architecture.resultName)
        guard isKnown else { return nil }
        var result = self
        result.architecture = architecture
        return result
    }

    /// The files by name.
    public var files: [String: String] { ["config.xml": description, "config.sh": script] }

    private var description: String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <!-- \(summary).
             Check it:  kiwi lint .
             What an element means:  kiwi description explain type -->
        <image schemaversion="\(Schema.version)" name="\(name)" displayname="\(distribution.title)">
            <description type="system">
                <author>Your name</author>
                <contact>you@example.org</contact>
                <specification>\(summary)</specification>
            </description>
            <preferences>
                <version>1.0.0</version>
                <packagemanager>\(distribution.packageManager)</packagemanager>
                <locale>C</locale>
                <keytable>us</keytable>
                <timezone>UTC</timezone>
        \(kind.type(distribution, architecture))
            </preferences>
        \(kind == .container ? "" : Self.users)\(distribution.repositories)
            <!-- The base, installed from outside into the empty tree. -->
            <packages type="bootstrap">
        \(packages(distribution.bootstrap))
            </packages>
            <packages type="image">
        \(packages(distribution.packages(for: kind, architecture)))
            </packages>
        </image>

        """
    }

    private func packages(_ names: [String]) -> String {
        names.map { "        <package name=\"\($0)\"/>" }.joined(separator: "\n")
    }

    private static let users = """
            <!-- The password is 'linux': change it. A hash without pwdformat is better ('openssl passwd -6'). -->
            <users>
                <user name="root" password="linux" pwdformat="plain" home="/root" groups="root"/>
            </users>

        """

    private var script: String {
        let services =
            distribution.services.isEmpty || kind == .container
            ? "" : distribution.services.map { "systemctl enable \($0)\n" }.joined()
        return """
            #!/bin/bash
            # Runs inside the image's tree after all packages and files are in place.
            set -euo pipefail

            \(services.isEmpty ? "# Put your changes here.\n" : services)
            """
    }
}

extension DescriptionTemplate.Kind {
    var summary: String {
        switch self {
        case .live: "live system for CD and USB stick"
        case .disk: "disk image for a cloud or a virtual machine"
        case .container: "container image"
        case .installer: "installation medium that writes a disk image"
        }
    }

    /// `<type>` with a word on its attributes.
    fileprivate func type(_ distribution: TemplateDistribution, _ architecture: Architecture) -> String {
        let console = architecture.console
        let firmware = architecture.hasUEFI ? "uefi" : "bios"
        return switch self {
        case .live:
            """
                    <!-- Boots with \(architecture.firmwareNames). hybridpersistent="true" keeps changes on a stick. -->
                    <type image="iso" flags="overlay" firmware="\(firmware)" volid="LIVE" kernelcmdline="console=tty0 console=\(console)">
                        <bootloader name="grub2" timeout="3"/>
                    </type>
            """
        case .disk:
            """
                    <!-- The disk has the size of its content and one GiB, and grows at its first boot. -->
                    <type image="oem" filesystem="ext4" firmware="\(firmware)" format="qcow2" kernelcmdline="console=tty0 console=\(console)">
                        <bootloader name="grub2" timeout="1"/>
                        <oemconfig>
                            <oem-resize>true</oem-resize>
                        </oemconfig>
                        <size unit="G" additive="true">1</size>
                    </type>
            """
        case .installer:
            """
                    <!-- The medium asks which disk to write; oem-unattended takes the only empty one. -->
                    <type image="oem" filesystem="ext4" firmware="\(firmware)" installiso="true" installboot="install" kernelcmdline="console=tty0 console=\(console)">
                        <bootloader name="grub2" timeout="3"/>
                        <oemconfig>
                            <oem-resize>true</oem-resize>
                            <oem-unattended>false</oem-unattended>
                        </oemconfig>
                    </type>
            """
        case .container:
            """
                    <type image="oci">
                        <containerconfig name="\(distribution.name)" tag="latest">
                            <subcommand execute="/bin/bash"/>
                        </containerconfig>
                    </type>
            """
        }
    }
}

extension Architecture {
    /// The first serial console of a usual machine, as the kernel calls it.
    fileprivate var console: String { resultName == "aarch64" ? "ttyAMA0" : "ttyS0,115200" }

    fileprivate var firmwareNames: String {
        switch resultName {
        case "x86_64": "BIOS and UEFI"
        case "ix86": "BIOS"
        default: "UEFI"
        }
    }

    /// Whether its machines have a UEFI that KIWI knows: PCs of 32 bits have a BIOS.
    var hasUEFI: Bool { resultName != "ix86" }
}
