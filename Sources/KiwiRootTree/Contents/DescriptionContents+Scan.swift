import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension DescriptionContents {
    /// Looks into the description's folder.
    /// - Throws: `Failure` naming every file that the description mentions and that is missing.
    public static func scan(_ image: ResolvedImage) throws -> DescriptionContents {
        var contents = DescriptionContents()
        var problems: [Diagnostic] = []
        let folder = image.folder

        func find(_ name: String, _ place: Position?, _ what: String) throws -> File? {
            // In `/image` of a prepared tree all files lie side by side.
            let places = [
                name.hasPrefix("/") ? name : "\(folder)/\(name)", "\(folder)/\(FileSystem.name(of: name))",
            ]
            guard let path = places.first(where: FileSystem.isFile) else {
                let near = nearestName(to: name, among: LocalFile.list(folder))
                problems.append(
                    Diagnostic(
                        "missing-file", at: place, "\(what) '\(name)' does not exist in \(folder)",
                        remedy: near.map { "write '\($0)'" } ?? "add the file or remove the element"))
                return nil
            }
            return try file(path)
        }

        for script in KiwiScript.allCases {
            if let attribute = script.attribute {
                guard let name = image.type.string(attribute), !name.isEmpty else { continue }
                var found = try find(name, image.type.position(of: attribute), "script")
                found?.name = script.rawValue
                contents.scripts[script.rawValue] = found
            } else if FileSystem.isFile("\(folder)/\(script.rawValue)") {
                contents.scripts[script.rawValue] = try file("\(folder)/\(script.rawValue)")
            }
        }
        for set in [image.bootstrap, image.system] {
            for archive in set.archives {
                contents.archives[archive.name.value] = try find(
                    archive.name.value, archive.name.position, "archive")
            }
            for element in set.files {
                contents.files[element.name.value] = try find(
                    element.name.value, element.name.position, "file")
            }
        }
        contents.overlays = try overlays(image)
        let media = LocalFile.list(folder).first {
            $0.hasPrefix("config-cdroot.t") && FileSystem.isFile("\(folder)/\($0)")
        }
        if let media { contents.mediaRoot = try file("\(folder)/\(media)") }
        for name in ["config-cdroot", "cdboot"] where FileSystem.isFolder("\(folder)/\(name)") {
            contents.mediaFolders.append(try Self.folder(name, folder))
        }
        if FileSystem.isFile("\(folder)/\(AutoYaST.fileName)") {
            contents.autoYaST = try file("\(folder)/\(AutoYaST.fileName)")
        }
        for name in LocalFile.list("\(folder)/config") where FileSystem.isFile("\(folder)/config/\(name)") {
            contents.packageScripts.append(try file("\(folder)/config/\(name)"))
        }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
        return contents
    }

    private static func file(_ path: String) throws -> File {
        File(
            name: FileSystem.name(of: path), path: path, digest: try Digest(ofFile: path).hex,
            executable: FileSystem.isExecutable(path))
    }

    /// `root/` of inherited descriptions; `root/`, else `root.tar*`; then the folder of each
    /// selected profile.
    private static func overlays(_ image: ResolvedImage) throws -> [Overlay] {
        var found: [Overlay] = []
        for base in image.baseFolders where FileSystem.isFolder("\(base)/root") {
            var overlay = try folder("root", base)
            overlay.name = "root of \(FileSystem.name(of: base))"
            found.append(overlay)
        }
        if FileSystem.isFolder("\(image.folder)/root") {
            found.append(try folder("root", image.folder))
        } else if let name = LocalFile.list(image.folder).first(where: { $0.hasPrefix("root.t") }),
            FileSystem.isFile("\(image.folder)/\(name)")
        {
            let path = "\(image.folder)/\(name)"
            found.append(
                Overlay(name: name, path: path, digest: try Digest(ofFile: path).hex, isArchive: true))
        }
        for profile in image.profiles
        where FileSystem.isFolder("\(image.folder)/\(profile)") && isPlain(profile) {
            found.append(try folder(profile, image.folder))
        }
        return found
    }

    /// A profile name is a name, never a path.
    private static func isPlain(_ name: String) -> Bool { !name.contains("/") && name != "." && name != ".." }

    private static func folder(_ name: String, _ parent: String) throws -> Overlay {
        let path = "\(parent)/\(name)"
        return Overlay(name: name, path: path, digest: try OverlayDigest.of(path), isArchive: false)
    }
}
