/// `grub_template`: a menu of the user's own, in which `${name}` stands for our values.
public struct GrubTemplate: Sendable {
    public var values: [String: String]

    public init(menu: GrubMenu, folder: String, platform: LoaderPlatform?) {
        func options(_ index: Int) -> String {
            let all = menu.entries.compactMap { if case .linux(_, let options) = $0 { options } else { nil } }
            return index < all.count ? GrubScript.options(all[index]) : ""
        }
        values = [
            "search_params": "--no-floppy --file --set=root \(menu.mark)",
            "default_boot": "\(menu.defaultEntry)",
            "kernel_file": "linux",
            "initrd_file": "initrd",
            "boot_options": options(0),
            "failsafe_boot_options": options(1),
            "gfxmode": menu.videoMode,
            "theme": menu.theme ?? "",
            "boot_timeout": menu.timeout.map(String.init) ?? "-1",
            "boot_timeout_style": menu.timeoutStyle,
            "serial_line_setup": menu.serialSetup,
            "title": menu.title,
            "bootpath": String(
                menu.kernel.prefix(upTo: menu.kernel.lastIndex(of: "/") ?? menu.kernel.startIndex)),
            "boot_directory_name": folder,
            "efi_image_name": platform?.removableName.lowercased() ?? "",
            "terminal_input": menu.input.joined(separator: " "),
            "terminal_output": menu.output.joined(separator: " "),
        ]
    }

    /// The text with known names replaced; others belong to GRUB and stay.
    public func render(_ template: String) -> String {
        var result = ""
        var rest = template[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                rest = rest[start.lowerBound...]
                break
            }
            let name = String(rest[start.upperBound..<end])
            result += values[name] ?? "${\(name)}"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
