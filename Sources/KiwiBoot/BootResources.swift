import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Where the code that runs at boot lies on this machine.
public struct BootResources: Sendable, Hashable {
    /// The folder with our dracut modules (`55kiwi-live`, `59kiwi-lib`, ...).
    public var dracutModules: String

    public init(dracutModules: String) { self.dracutModules = dracutModules }

    /// Finds the boot code: below `KIWI_DATA_DIR`, else in `../share/kiwi` beside the
    /// program's folder, else in the source tree whose `.build` holds the program.
    public static func locate() throws(Failure) -> BootResources {
        let candidates = Self.candidates(
            program: TreePath.readLink("/proc/self/exe"),
            dataFolder: getenv("KIWI_DATA_DIR").map { String(cString: $0) })
        for folder in candidates where FileSystem.isFolder(folder) {
            return BootResources(dracutModules: folder)
        }
        throw Failure(
            .machineLacks,
            Diagnostic(
                "boot-code-missing", "the boot code of kiwi was not found",
                remedy: "install kiwi with its folder share/kiwi, or point KIWI_DATA_DIR at that folder",
                notes: candidates.map { "looked for \($0)" }))
    }

    /// Where boot descriptions that come with this program may be, below folders as `netboot`.
    public static var bootDescriptions: [String] {
        candidates(
            program: TreePath.readLink("/proc/self/exe"),
            dataFolder: getenv("KIWI_DATA_DIR").map { String(cString: $0) }
        ).map { "\(FileSystem.parent(of: $0))/boot" }
    }

    static func candidates(program: String?, dataFolder: String?) -> [String] {
        if let dataFolder, !dataFolder.isEmpty { return ["\(dataFolder)/dracut"] }
        guard let program else { return [] }
        var result = ["\(FileSystem.parent(of: FileSystem.parent(of: program)))/share/kiwi/dracut"]
        if let build = program.firstRange(of: "/.build/") ?? program.firstRange(of: "/.build-") {
            result.append("\(program[..<build.lowerBound])/Sources/KiwiBoot/Resources/dracut")
        }
        return result
    }

    /// Our folder of a dracut module, for example `55kiwi-live` for `kiwi-live`.
    public func folder(of module: String) throws -> String? {
        try FileSystem.names(in: dracutModules).first { Self.moduleName($0) == module }
    }

    /// A module folder's name without its number.
    static func moduleName(_ folder: String) -> String { String(folder.drop(while: \.isNumber)) }

    /// The digest of all files of these modules: names, modes and contents.
    public func digest(of modules: [String]) throws -> String {
        var parts: [String] = []
        for module in modules {
            guard let folder = try folder(of: module) else { continue }
            for file in try Self.files(in: "\(dracutModules)/\(folder)") {
                parts.append("\(folder)/\(file)")
                parts.append(FileSystem.isExecutable("\(dracutModules)/\(folder)/\(file)") ? "x" : "-")
                parts.append(try Digest(ofFile: "\(dracutModules)/\(folder)/\(file)").hex)
            }
        }
        return Digest(ofParts: parts).hex
    }

    private static func files(in folder: String, below: String = "") throws -> [String] {
        var result: [String] = []
        for name in try FileSystem.names(in: folder) {
            let path = "\(folder)/\(name)"
            if FileSystem.isRealFolder(path) {
                result += try files(in: path, below: "\(below)\(name)/")
            } else {
                result.append(below + name)
            }
        }
        return result
    }

    /// What a module needs from the root tree; empty when it says nothing.
    public func requirements(of module: String, layout: Set<String> = []) throws -> [BootRequirement] {
        guard let folder = try folder(of: module) else { return [] }
        let file = "\(dracutModules)/\(folder)/requirements.tsv"
        guard FileSystem.isFile(file) else { return [] }
        return BootRequirement.parse(try FileSystem.readText(file), layout: layout)
    }
}
