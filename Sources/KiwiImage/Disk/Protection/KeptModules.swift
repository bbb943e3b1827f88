import KiwiBoot
import KiwiToolbox

/// dracut modules that the running system uses too, when it makes an initrd for a new kernel.
struct KeptModules: Sendable, Hashable {
    /// For `add_dracutmodules`.
    var names: [String]
    /// Ours among them; the tree gets them where no package has brought them.
    var own: [String]
    /// Files for `install_items`.
    var files: [String] = []

    init(own: [String]) {
        names = own
        self.own = own
    }

    /// Where dracut reads it.
    static let path = "/etc/dracut.conf.d/02-kiwi.conf"

    var configuration: String {
        "add_dracutmodules+=\" \(names.joined(separator: " ")) \"\n"
            + (files.isEmpty ? "" : "install_items+=\" \(files.joined(separator: " ")) \"\n")
    }
}

extension TreeFiles {
    func keep(_ modules: KeptModules, from resources: BootResources) throws {
        try write(modules.configuration, to: KeptModules.path)
        let place = "/usr/lib/dracut/modules.d"
        let present = TreeReader(tree.path).names(in: place)
        let wanted = modules.own.isEmpty ? [] : modules.own + ["kiwi-lib"]
        for name in wanted {
            guard let folder = try resources.folder(of: name),
                !present.contains(where: { $0.drop(while: \.isNumber) == name })
            else { continue }
            let source = "\(resources.dracutModules)/\(folder)"
            for file in try MediaFolder(source).contents().files {
                try copy(
                    "\(source)/\(file)", to: "\(place)/\(folder)/\(file)",
                    mode: file.hasSuffix(".sh") ? 0o755 : 0o644)
            }
        }
    }
}
