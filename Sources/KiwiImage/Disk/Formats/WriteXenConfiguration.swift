import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// Settings of a Xen guest.
    static let xenConfiguration = Artifact.file("disk.xenconfig")
}

/// Writes the settings of a Xen guest beside its disk.
struct WriteXenConfiguration: BuildStep {
    let id = "xenconfig"
    @Unkeyed var because: Position?
    var guest: XenGuest

    var summary: String { "write the settings of the Xen guest" }
    var reads: [Artifact] { [] }
    var writes: [Artifact] { [.xenConfiguration] }

    func run(in workspace: Workspace) async throws {
        try FileSystem.write(guest.text, to: try await workspace.newFile(.xenConfiguration))
    }
}

/// A Xen guest as `<machine>` describes it. Pure text.
///
/// Source: the manual pages xl.cfg(5) and xl-disk-configuration(5) of Xen 4.17.
struct XenGuest: Sendable, Codable, Hashable {
    struct Card: Sendable, Codable, Hashable {
        var bridge: String?
        var macAddress: String?
    }

    var name: String
    /// MiB.
    var memory: Int
    var processors: Int
    /// `pygrub`, `pvgrub` or `hvmloader`.
    var loader: String
    /// Name of the disk's file.
    var diskFile: String
    var cards: [Card]
    /// What the guest's disk is called inside, without `/dev/`.
    private static let device = "xvda"

    /// nil: the image is no Xen guest.
    init?(_ image: ResolvedImage, diskFile: String) {
        let machine = image.type.machine
        let loader = machine?.attributes.string("xen_loader")
        guard loader != nil || image.type.legacy?.typeName == "xen" else { return nil }
        self.loader = loader ?? "pygrub"
        self.diskFile = diskFile
        name = image.name
        memory = machine?.attributes.number("memory") ?? 512
        processors = machine?.attributes.number("ncpus") ?? 1
        cards = (machine?.nics ?? []).map { card in
            Card(
                bridge: card.attributes.string("interface").flatMap { $0.isEmpty ? nil : $0 },
                macAddress: card.attributes.string("mac"))
        }
    }

    var text: String {
        var lines = [
            "# Start it in the folder of this file, with the disk beside it: xl create -c FILE",
            "name = \(Self.quoted(name))", "type = \"\(loader == "hvmloader" ? "hvm" : "pv")\"",
        ]
        switch loader {
        case "hvmloader": break
        case "pvgrub": lines += ["firmware = \"pvgrub64\""]
        default: lines += ["bootloader = \"\(loader)\""]
        }
        lines += ["memory = \(memory)", "vcpus = \(processors)"]
        lines.append(
            "disk = [ \(Self.quoted("format=raw, vdev=\(Self.device), access=rw, target=\(diskFile)")) ]")
        lines.append("# xm of Xen before 4.5 reads: disk = [ 'file:/FOLDER/\(diskFile),\(Self.device),w' ]")
        if !cards.isEmpty {
            let words = cards.map { card in
                Self.quoted(
                    [card.macAddress.map { "mac=\($0)" }, card.bridge.map { "bridge=\($0)" }].compactMap {
                        $0
                    }
                    .joined(separator: ","))
            }
            lines.append("vif = [ \(words.joined(separator: ", ")) ]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As Python's syntax, which xl reads, has it.
    private static func quoted(_ text: String) -> String {
        let signs: [Character: String] = ["\\": "\\\\", "\"": "\\\"", "\n": " "]
        return "\"" + text.map { signs[$0] ?? String($0) }.joined() + "\""
    }
}
