import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    static let appx = Artifact.file("appx")
}

/// What `<history>` says about a package for Windows.
struct AppxValues: Sendable, Codable, Hashable {
    var publisher: String?
    var version: String?
    var applicationID: String?
    var launcher: String?
    var comment: String?

    init(_ history: ImageType.ContainerConfig.History?) {
        func value(_ name: String) -> String? { history?.attributes.string(name) }
        publisher = value("created_by")
        version = value("package_version")
        applicationID = value("application_id")
        launcher = value("launcher")
        comment = history.flatMap { $0.comment.isEmpty ? nil : $0.comment }
    }

    /// Puts the values where a manifest has their attributes; everything else stays.
    func change(_ element: inout Element) {
        let name = element.name.split(separator: ":").last.map(String.init) ?? element.name
        var values: [String: String] = [:]
        switch name {
        case "Identity":
            values = ["ProcessorArchitecture": "x64"]
            values["Version"] = version
            values["Publisher"] = publisher
        case "Application":
            values["Id"] = applicationID
            values["Executable"] = launcher
        case "Extension": values["Executable"] = launcher
        case "ExecutionAlias": values["Alias"] = launcher
        case "VisualElements": values["Description"] = comment
        default: break
        }
        for index in element.attributes.indices {
            guard let value = values.removeValue(forKey: element.attributes[index].name) else { continue }
            element.attributes[index].value = value
            element.attributes[index].source = nil
        }
        if name == "Identity" {
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                element.attributes.append(Attribute(name, value))
            }
        }
        for index in element.nodes.indices {
            guard case .element(var child) = element.nodes[index] else { continue }
            change(&child)
            element.nodes[index] = .element(child)
        }
    }
}

/// Makes a package for Windows from the root tree and the files of `metadata_path`.
struct MakeAppx: BuildStep {
    let id = "appx"
    @Unkeyed var because: Position?
    /// The folder with the manifest and what it names.
    var folder: String
    var values: AppxValues

    var summary: String { "make the appx package" }
    var reads: [Artifact] { [.wslArchive] }
    var writes: [Artifact] { [.appx] }
    var tools: [ToolRequirement] {
        [
            ToolRequirement(
                "appx", from: "the project fb-util-for-appx, Debian has no package of it",
                to: "make packages for Windows")
        ]
    }

    func run(in workspace: Workspace) async throws {
        let output = try await workspace.newFile(.appx)
        let scratch = try ScratchFolder(in: workspace.folders.scratch)
        defer { scratch.remove() }
        let manifest = "\(scratch.path)/AppxManifest.xml"
        try FileSystem.write(try changedManifest(), to: manifest)
        var lines = [
            Self.line(manifest, "AppxManifest.xml"),
            Self.line(try await workspace.file(.wslArchive), "install.tar.gz"),
        ]
        for path in try files(in: "") where path != "AppxManifest.xml" && path != "install.tar.gz" {
            lines.append(Self.line("\(folder)/\(path)", path))
        }
        let map = "\(scratch.path)/files"
        try FileSystem.write((["[Files]"] + lines).joined(separator: "\n") + "\n", to: map)
        try await workspace.runner.run(ToolCall("appx", ["-o", output, "-f", map]))
    }

    private static func line(_ source: String, _ name: String) -> String { "\"\(source)\" \"\(name)\"" }

    private func changedManifest() throws -> [UInt8] {
        let path = "\(folder)/AppxManifest.xml"
        let result = XMLReader.read(try FileSystem.readBytes(path, limit: 1 << 20), file: path)
        guard var document = result.document else { throw Failure(.descriptionWrong, result.diagnostics) }
        values.change(&document.root)
        return XMLWriter.bytes(of: document)
    }

    private func files(in inside: String) throws -> [String] {
        try FileSystem.names(in: "\(folder)/\(inside)").flatMap { name -> [String] in
            let path = inside.isEmpty ? name : "\(inside)/\(name)"
            return FileSystem.isFolder("\(folder)/\(path)") ? try files(in: path) : [path]
        }
    }
}
