import KiwiToolbox

/// Where isolinux is taken from: program, MBR code and modules of one place.
public struct IsolinuxChoice: Sendable, Codable, Hashable {
    public var origin: LoaderChoice.Origin
    /// `isolinux.bin`, inside the tree or on the build machine.
    public var program: String
    /// MBR code for sticks; not everywhere.
    public var mbr: String?
    /// Folder of the modules, `*.c32`.
    public var modules: String

    public init(_ origin: LoaderChoice.Origin, program: String, mbr: String?, modules: String) {
        self.origin = origin
        self.program = program
        self.mbr = mbr
        self.modules = modules
    }

    /// Name of the MBR code on a medium.
    public static let mbrFile = "isohdpfx.bin"

    /// Without it isolinux does not start, from version 5 on.
    static let library = "ldlinux.c32"

    /// What menus may name: the loader's own libraries, menus, other disks, Xen.
    private static let moduleNames = [
        library, "libcom32.c32", "libutil.c32", "libmenu.c32", "menu.c32", "vesamenu.c32", "chain.c32",
        "reboot.c32", "mboot.c32",
    ]

    /// That of the tree, else that of the build machine.
    public static func find(tree: TreeReader, host: TreeReader) -> IsolinuxChoice? {
        for (origin, place) in [(LoaderChoice.Origin.tree, tree), (.host, host)] {
            for line in Distribution.all.flatMap({ $0.lines("isolinux") }) where line.count == 3 {
                guard place.isFile(line[0]) else { continue }
                return IsolinuxChoice(
                    origin, program: line[0], mbr: place.isFile(line[1]) ? line[1] : nil, modules: line[2])
            }
        }
        return nil
    }

    /// Paths of the files with their names on the medium, those that are there.
    func files(in place: TreeReader) -> [(source: String, name: String)] {
        [(program, "isolinux.bin")] + (mbr.map { [($0, Self.mbrFile)] } ?? [])
            + Self.moduleNames.map { ("\(modules)/\($0)", $0) }.filter { place.isFile($0.0) }
    }
}
