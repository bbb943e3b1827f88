extension UpgradeStep {
    /// 5.0 to 5.9.
    static let era5: [Rewrite] = [
        (
            SchemaVersion(5, 0),
            { image in
                image.eachType { type in
                    guard type["image"] == "xen" else { return }
                    type.set("image", "vmx")
                    type.set("bootkernel", "xenk", at: type.position)
                    type.set("bootprofile", "xen", at: type.position)
                    if let boot = type["boot"], boot.hasPrefix("xenboot") {
                        type.set("boot", "vmxboot" + boot.dropFirst("xenboot".count))
                    }
                    type.rewriteChildren("machine") { machine in
                        if machine["domain"] == nil { machine.set("domain", "domU", at: machine.position) }
                    }
                }
            }
        ),
        (
            SchemaVersion(5, 1),
            { image in
                image.eachType { $0.remove(attribute: "baseroot") }
                image.drop(elements: "defaultbaseroot")
            }
        ),
        (
            SchemaVersion(5, 2),
            { image in
                image.rewriteAll {
                    $0.removeChildren { $0.name == "type" && ($0["image"] ?? "usb") == "usb" }
                }
                image.remove(attribute: "inherit")
            }
        ),
        (
            SchemaVersion(5, 3),
            { image in
                image.each("ec2region") { region in
                    let names = ["AP-Japan": "AP-Northeast", "AP-Singapore": "AP-Southeast"]
                    if let name = names[region.word] { region.setText(name) }
                }
            }
        ),
        (SchemaVersion(5, 4), { image in image.each("drivers") { $0.remove(attribute: "type") } }),
        (
            SchemaVersion(5, 5),
            { image in
                image.rewriteChildren("preferences") { section in
                    section.replaceChildren { child in
                        guard child.name == "boot-theme" else { return nil }
                        var (splash, loader) = (child, child.detached)
                        splash.name = "bootsplash-theme"
                        loader.name = "bootloader-theme"
                        return [splash, loader]
                    }
                }
            }
        ),
        (
            SchemaVersion(5, 6),
            { image in
                image.rewriteChildren("repository") { $0.rename(attribute: "pwd", to: "password") }
                image.each("instrepo") { $0.rename(attribute: "pwd", to: "password") }
                image.rewriteChildren("users") { section in
                    section.rewriteChildren("user") { $0.rename(attribute: "pwd", to: "password") }
                }
            }
        ),
        (
            SchemaVersion(5, 7),
            { image in
                image.each("packages") { section in
                    for name in ["opensusePattern", "rhelGroup"] {
                        section.rewriteChildren(name) { pattern in
                            pattern.name = "namedCollection"
                            pattern.nodes = []
                        }
                    }
                }
            }
        ),
        (SchemaVersion(5, 8), { image in image.each("type") { $0.remove(attribute: "syncMBR") } }),
        (
            SchemaVersion(5, 9),
            { image in
                image.each("vmdisk") { if $0["controller"] == "scsi" { $0.set("controller", "lsilogic") } }
            }
        ),
    ]
}
