import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The file `/.kconfig`: functions that scripts of descriptions call.
public enum KiwiFunctions {
    /// Finds the file: below `KIWI_DATA_DIR`, else in `../share/kiwi` beside the program's folder,
    /// else in the source tree whose `.build` holds the program.
    static func locate() throws(Failure) -> String {
        try first(
            of: candidates(
                program: TreePath.readLink("/proc/self/exe"),
                dataFolder: getenv("KIWI_DATA_DIR").map { String(cString: $0) }))
    }

    static func first(of candidates: [String]) throws(Failure) -> String {
        for path in candidates where FileSystem.isFile(path) { return path }
        throw Failure(
            .machineLacks,
            Diagnostic(
                "functions-missing", "the functions for scripts (kconfig.sh) of kiwi were not found",
                remedy: "install kiwi with its folder share/kiwi, or point KIWI_DATA_DIR at that folder",
                notes: candidates.map { "looked for \($0)" }))
    }

    static func candidates(program: String?, dataFolder: String?) -> [String] {
        if let dataFolder, !dataFolder.isEmpty { return ["\(dataFolder)/kconfig.sh"] }
        guard let program else { return [] }
        var result = ["\(FileSystem.parent(of: FileSystem.parent(of: program)))/share/kiwi/kconfig.sh"]
        if let build = program.firstRange(of: "/.build/") ?? program.firstRange(of: "/.build-") {
            result.append("\(program[..<build.lowerBound])/Sources/KiwiRootTree/Resources/kconfig.sh")
        }
        return result
    }

    static func file() throws -> DescriptionContents.File {
        let path = try locate()
        return DescriptionContents.File(
            name: ".kconfig", path: path, digest: try Digest(ofFile: path).hex, executable: false)
    }
}
