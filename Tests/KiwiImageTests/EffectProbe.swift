import Foundation
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

@testable import KiwiDescription

/// Writes every attribute and element that may stand in a `<type>` and looks what becomes of it.
struct EffectProbe {
    /// The value of `<type image>`.
    var image: String
    private let planner: (any ImagePlanner)?

    enum Verdict: String { case used, refused, reported, ignored, contradiction }

    init(image: String) {
        self.image = image
        planner = try? ImagePlanners.planner(for: ImageType(image: image))
    }

    /// The verdict on each place, `type/bootloader@timeout` or `type/size`.
    func verdicts() throws -> [String: Verdict] {
        var found: [String: Verdict] = [:]
        try walk(["type"], &found)
        return found
    }

    private func walk(_ path: [String], _ found: inout [String: Verdict]) throws {
        guard let name = path.last, let schema = Schema.elements[name] else { return }
        let place = path.joined(separator: "/")
        if path.count > 1, schema.attributes.isEmpty, schema.children.isEmpty || schema.content != nil {
            found[place] = try verdict(values(schema.content ?? .text)) { value in
                value.map { tag(path, [:], text: $0) } ?? outer(path)
            }
        }
        for attribute in schema.attributes {
            let entry = "\(name)@\(attribute.name)"
            if Self.choosing.contains(entry) || Self.demanded[image]?.contains(entry) ?? false { continue }
            found["\(place)@\(attribute.name)"] = try verdict(values(attribute.type)) { value in
                var attributes = context(attribute.needs)
                if let value { attributes.own[attribute.name] = value }
                return tag(path, attributes.own, type: attributes.type)
            }
        }
        for child in schema.children where !path.contains(child.name) {
            try walk(path + [child.name], &found)
        }
    }

    /// They say which type is built, not how.
    private static let choosing: Set<String> = ["type@image", "type@primary"]
    /// What the grammar demands where it is of no use: nobody could leave it out.
    private static let demanded: [String: Set<String>] = ["appx": ["containerconfig@name"]]
    /// What counts although no image step has it: the root tree is made with it.
    private static let throughTree: Set<String> = ["selinux_policy"]
    private static let throughContainerTree: Set<String> = ["provide_system_files", "require_system_files"]
    /// Variables of `/.profile` that our boot code reads in images of a type.
    private static let throughProfile: [String: Set<String>] = [
        "oem": [
            "kiwi_oemresizeonce", "kiwi_oemrootMB", "kiwi_oemdevicefilter", "kiwi_oemreboot",
            "kiwi_oemrebootinteractive", "kiwi_oemshutdown", "kiwi_oemshutdowninteractive",
            "kiwi_oemsilentinstall", "kiwi_oemsilentverify", "kiwi_oemskipverify", "kiwi_oemunattended",
            "kiwi_oemunattended_id", "kiwi_oemramdisksize",
        ]
    ]

    // MARK: - One place

    /// - Parameter document: the `<type>` with a value, and without one.
    private func verdict(_ values: [String], _ document: (String?) throws -> String) throws -> Verdict {
        let plain = try? outcome(document(nil))
        var silent = Verdict.ignored
        for value in values {
            guard let changed = try? outcome(document(value)) else { return .refused }
            guard let plain else { continue }
            let differs = changed.plan != plain.plan
            let isSaid = !changed.schemaNotes.isEmpty
            if isSaid && differs { silent = .contradiction }
            if isSaid && !differs { silent = .reported }
            if !isSaid && (differs || !changed.notes.isSubset(of: plain.notes) || changed.tree != plain.tree)
            {
                return .used
            }
        }
        return plain == nil ? .refused : silent
    }

    private struct Outcome {
        var schemaNotes: [Diagnostic]
        var notes: Set<String>
        var plan: String
        /// What the configuration of the tree gets of the type.
        var tree: String
    }

    /// Fails when the description or the planner refuses it.
    private func outcome(_ type: String) throws -> Outcome {
        let folder = NSTemporaryDirectory() + "kiwi-effect-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(text(type).utf8).write(to: URL(fileURLWithPath: folder + "/config.xml"))
        let loaded = try DescriptionLoader.load(folder: folder)
        let request = ResolveRequest(architecture: .x86_64)
        var resolved = try loaded.resolve(request)
        resolved.folder = "/description"
        resolved.file = "/description/config.xml"
        var options = CreateOptions()
        // The boot image has a plan of its own.
        let boot = BootDescriptionReference(resolved)
        if let boot {
            // What the system says of its own initrd is none of the boot image's business.
            var other = resolved
            other.initrd = ResolvedImage.InitrdOptions()
            options.bootTree = BootTree(
                of: other, tree: .layer("b"), deviceNodes: .value("n"), position: boot.name.position)
        }
        let steps = try planner?.steps(for: resolved, tree: .layer("t"), options: options) ?? []
        let plan = try steps.map {
            "\($0.id) " + String(decoding: try CanonicalJSON.encode($0), as: UTF8.self)
        }.joined(separator: "\n").replacing(#/"[a-zA-Z]*[pP]osition":\{[^}]*\}/#, with: "")
        return Outcome(
            schemaNotes: try loaded.withoutEffect(request),
            notes: Set(planner?.notes(for: resolved).map(\.message) ?? []),
            plan: plan,
            tree: (Self.throughTree.union(["docker", "oci"].contains(image) ? Self.throughContainerTree : [])
                .sorted().map { resolved.type.string($0) ?? "" }
                + (Self.throughProfile[image] ?? []).sorted().map { resolved.environment[$0] ?? "" })
                .joined(separator: " ")
                + (boot.map { Self.bootTree($0, resolved) } ?? ""))
    }

    /// What a boot image gets of the type: its description, and the variables of its `/.profile`.
    private static func bootTree(_ boot: BootDescriptionReference, _ image: ResolvedImage) -> String {
        let variables = image.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return " \(boot.name.value) \(boot.profile.value) \(boot.kernel.value) "
            + variables.joined(separator: " ")
    }

    // MARK: - Documents

    private func text(_ type: String) -> String {
        """
        <?xml version="1.0"?>
        <image schemaversion="8.5" name="demo">
        <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
        <preferences><version>1.0.0</version><packagemanager>apt</packagemanager>
        \(type)
        </preferences>
        <repository><source path="buildhost:"/></repository>
        <packages type="image"><package name="a"/></packages>
        <packages type="bootstrap"><package name="b"/></packages>
        </image>
        """
    }

    /// What other attributes the grammar or its rules ask for.
    private static let base: [String: [String: String]] = [
        "oem": ["filesystem": "ext4"], "appx": ["metadata_path": "/m"], "pxe": ["boot": "netboot/x"],
        "luksformat": ["luks": "x", "filesystem": "ext4"], "installmedia": ["installiso": "true"],
        "entrypoint": ["execute": "sh"],
        "subcommand": ["execute": "sh"], "embed_verity_metadata": ["verity_blocks": "all"],
    ]

    /// The attributes that let an entry count.
    private func context(_ needs: [Need]) -> (own: [String: String], type: [String: String]) {
        guard !needs.contains(where: { $0.name == "image" && $0.value == image }),
            let need = needs.first(where: { need in
                guard let rule = Schema.elements["type"]?.attribute(need.name) else { return false }
                return need.name != "image" && (rule.imageTypes.isEmpty || rule.imageTypes.contains(image))
            })
        else { return ([:], [:]) }
        return ([:], [need.name: need.value ?? Self.value(of: need.name)])
    }

    private static func value(of name: String) -> String {
        guard let type = Schema.elements["type"]?.attribute(name)?.type else { return "true" }
        return type == .boolean ? "true" : type.words?.first ?? "1"
    }

    /// The `<type>` with the element at the end of the path.
    private func tag(
        _ path: [String], _ own: [String: String], type: [String: String] = [:], text: String? = nil
    ) -> String {
        var typeAttributes = type.merging(Self.base[image] ?? [:]) { $1 }
        for name in path where name != "entrypoint" && name != "subcommand" {
            typeAttributes.merge(Self.base[name] ?? [:]) { $1 }
        }
        typeAttributes["image"] = image
        var inner: String?
        for (index, name) in path.enumerated().reversed() {
            let isLast = index == path.count - 1
            var attributes = required(name, in: path)
            if name == "type" { attributes.merge(typeAttributes) { $1 } }
            if isLast { attributes.merge(own) { $1 } }
            let children =
                inner ?? text ?? (name == "initrd" ? "<dracut module=\"m\"/>" : nil)
                ?? (Schema.elements[name]?.children.filter(\.isRequired) ?? []).map { minimal($0.name) }
                .joined()
            let words = attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\"\($0.value)\"" }.joined()
            inner = "<\(name)\(words)>\(children)</\(name)>"
        }
        return inner ?? ""
    }

    /// The `<type>` with all but the last element of the path.
    private func outer(_ path: [String]) -> String { tag(Array(path.dropLast()), [:]) }

    private func required(_ name: String, in path: [String] = []) -> [String: String] {
        var attributes = ["entrypoint", "subcommand"].contains(name) ? Self.base[name] ?? [:] : [:]
        for attribute in Schema.elements[name]?.attributes ?? [] where attribute.isRequired {
            attributes[attribute.name] = values(attribute.type).first ?? "x"
        }
        return attributes
    }

    private func minimal(_ name: String) -> String {
        let words = required(name).map { " \($0.key)=\"\($0.value)\"" }.joined()
        let children = (Schema.elements[name]?.children.filter(\.isRequired) ?? []).map { minimal($0.name) }
        return "<\(name)\(words)>\(children.joined())</\(name)>"
    }

    /// Some allowed values; one is not the default, one not what stands for required attributes.
    private func values(_ type: ValueType) -> [String] {
        switch type {
        case .boolean: ["true", "false"]
        case .choice(let names): names
        case .integer: ["30", "2048"]
        case .outputConsoles, .inputConsoles: ["serial"]
        case .volumeAttributes: ["no-copy-on-write"]
        case .architectures: ["x86_64", "aarch64"]
        case .diskFormat: ["qcow2"]
        case .fourPartVersion: ["1.2.3.4"]
        case .uuid: ["0123abcd-0000-1111-2222-0123456789ab"]
        case .macAddress: ["00:11:22:33:44:55"]
        case .digits, .partitionSize, .volumeSize, .port: ["7", "8"]
        case .blocks: ["all"]
        case .locales: ["de_DE"]
        default: ["x1", "x2"]
        }
    }
}
