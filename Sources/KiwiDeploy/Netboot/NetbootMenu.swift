import KiwiBoot

/// The menus of a boot server's loaders, all with the same entries. Pure text.
public struct NetbootMenu: Sendable, Hashable {
    public var entries: [NetbootEntry]
    public var addresses: NetbootAddresses
    /// Seconds until the first entry is started.
    public var timeout = 10

    public init(entries: [NetbootEntry], addresses: NetbootAddresses) {
        self.entries = entries
        self.addresses = addresses
    }

    /// The first line of files that are written anew each time.
    static let mark = "# Written by kiwi netboot: own changes are lost."

    /// `pxelinux.cfg/default`.
    public var pxelinux: String {
        var lines = [Self.mark, "SERIAL 0 115200", "PROMPT 0", "TIMEOUT \(timeout * 10)"]
        if let first = entries.first { lines.append("DEFAULT \(first.id)") }
        for entry in entries {
            lines += ["", "LABEL \(entry.id)", "  MENU LABEL \(entry.title)"]
            if let hypervisor = entry.hypervisor {
                // Three files, with --- between them.
                lines += [
                    "  KERNEL mboot.c32",
                    "  APPEND \(hypervisor) --- \(entry.kernel) \(entry.commandLine(addresses)) --- \(entry.initrd)",
                ]
            } else {
                lines += [
                    "  KERNEL \(entry.kernel)",
                    "  APPEND initrd=\(entry.initrd) \(entry.commandLine(addresses))",
                ]
            }
            // BOOTIF=01-MAC: which card the machine was started from.
            lines.append("  IPAPPEND 2")
        }
        lines += ["", "LABEL local", "  MENU LABEL Boot from the local disk", "  LOCALBOOT 0"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// `boot/grub/grub.cfg`.
    public var grub: String {
        var lines = [
            Self.mark, "set default=0", "set timeout=\(timeout)", "serial", "terminal_input console serial",
            "terminal_output console serial",
            "# 01-52-54-00-12-34-56, as pxelinux writes it.",
            "regexp --set=1:a --set=2:b --set=3:c --set=4:d --set=5:e --set=6:f \"\(Self.macPattern)\" \"$net_default_mac\"",
            "set bootif=01-$a-$b-$c-$d-$e-$f",
        ]
        for entry in entries {
            lines.append("menuentry \(GrubScript.quoted(entry.title)) --id \(entry.id) {")
            let options = GrubScript.options(entry.commandLine(addresses))
            if let hypervisor = entry.hypervisor {
                lines += [
                    "  multiboot2 /\(hypervisor)", "  module2 /\(entry.kernel) \(options) BOOTIF=$bootif",
                    "  module2 /\(entry.initrd)",
                ]
            } else {
                lines += [
                    "  echo Loading \(entry.kernel)...", "  linux /\(entry.kernel) \(options) BOOTIF=$bootif",
                    "  echo Loading \(entry.initrd)...", "  initrd /\(entry.initrd)",
                ]
            }
            lines.append("}")
        }
        lines += ["menuentry 'Boot from the local disk' {", "  exit", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static let macPattern = Array(repeating: "(..)", count: 6).joined(separator: ":")

    /// `boot.ipxe`, which iPXE gets over HTTP.
    public var ipxe: String {
        var lines = ["#!ipxe", Self.mark, "menu kiwi"]
        lines += entries.map { "item \($0.id) \($0.title)" }
        lines.append("item local Boot from the local disk")
        if let first = entries.first {
            lines.append("choose --default \(first.id) --timeout \(timeout * 1000) target && goto ${target}")
        } else {
            lines.append("choose target && goto ${target}")
        }
        for entry in entries {
            let line = "\(entry.commandLine(addresses)) BOOTIF=01-${netX/mac:hexhyp}"
            lines += ["", ":\(entry.id)"]
            if let hypervisor = entry.hypervisor {
                lines += [
                    "kernel \(addresses.url)/\(hypervisor)",
                    "module \(addresses.url)/\(entry.kernel) \(line)",
                    "module \(addresses.url)/\(entry.initrd)",
                ]
            } else {
                // The name of the initrd on the command line is what kernels started by UEFI look for.
                lines += [
                    "kernel \(addresses.url)/\(entry.kernel) initrd=\(entry.initrd.split(separator: "/").last ?? "") \(line)",
                    "initrd \(addresses.url)/\(entry.initrd)",
                ]
            }
            lines.append("boot || goto failed")
        }
        lines += ["", ":local", "exit", "", ":failed", "echo It could not be started.", "shell"]
        return lines.joined(separator: "\n") + "\n"
    }
}
