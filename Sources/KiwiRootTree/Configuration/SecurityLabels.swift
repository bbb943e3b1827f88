import KiwiDescription
import KiwiToolbox

/// SELinux labels of a tree from its own policy, with its own setfiles. Where the kernel does not let them be
/// set, the system labels its files at its first boot.
struct SecurityLabels: Sendable {
    let tree: RootTree
    /// `selinux_policy`.
    let policy: String
    /// Whether the system can label its files itself when it first starts.
    let mayWait: Bool

    /// Asks the system to label all files when it starts.
    private static let request = "/.autorelabel"

    private var log: BuildLog { tree.workspace.log }

    func set() async throws {
        guard let policy = try installedPolicy() else { return }
        let contexts = "/etc/selinux/\(policy)/contexts/files/file_contexts"
        let tool = try ["/usr/sbin/setfiles", "/sbin/setfiles"].first {
            FileSystem.exists(try tree.resolve($0, followLast: true))
        }
        guard let tool else {
            return try leaveToFirstBoot("the tree has an SELinux policy but no setfiles")
        }
        let folder = "/etc/selinux/\(policy)/policy"
        guard
            let file = LocalFile.list(try tree.resolve(folder, followLast: true)).sorted().last(where: {
                $0.hasPrefix("policy.")
            })
        else { return try leaveToFirstBoot("there is no policy in \(folder)") }
        // Layers lie in the cache and beside the results before they are packed.
        for folder in [tree.workspace.folders.cache, tree.workspace.folders.bulk]
        where !LabelProbe.isAllowed(in: folder) {
            return try leaveToFirstBoot("the kernel refuses them in \(folder)")
        }
        log.info("Setting SELinux labels")
        LocalFile.remove(try tree.resolve(Self.request))
        do {
            try await tree.withKernelFileSystems(network: false) {
                try await label(with: tool, policy: "\(folder)/\(file)", contexts: contexts)
            }
        } catch let failure as ToolFailure {
            try leaveToFirstBoot(failure.lastLines.last ?? "setfiles failed")
        }
    }

    /// The policy that the description names, else the one that the tree's own configuration names; nil without
    /// any.
    private func installedPolicy() throws -> String? {
        func exists(_ name: String) throws -> Bool {
            FileSystem.exists(
                try tree.resolve("/etc/selinux/\(name)/contexts/files/file_contexts", followLast: true))
        }
        if try exists(policy) { return policy }
        let text = LocalFile.readIfPresent(try tree.resolve("/etc/selinux/config", followLast: true)) ?? ""
        guard let own = Self.policy(inConfiguration: text), try exists(own) else { return nil }
        return own
    }

    /// The value of `SELINUXTYPE`; nil where there is none that names a folder.
    static func policy(inConfiguration text: String) -> String? {
        let key = "SELINUXTYPE="
        let line = text.split(separator: "\n").last { $0.hasPrefix(key) }
        let name = line.map { $0.dropFirst(key.count).trimming(" \t\r") } ?? ""
        return name.isEmpty || name.contains("/") || name.hasPrefix(".") ? nil : name
    }

    private func label(with tool: String, policy: String, contexts: String) async throws {
        let help = try await tree.run(
            ToolCall(tool, ["-h"], output: .capture(), successCodes: Set(0...255)))
        let text = help.output + help.lastLines.joined(separator: "\n")
        let outside = ["/proc", "/sys", "/dev"].flatMap { ["-e", $0] }
        if text.contains("setfiles -c policyfile") {
            try await tree.run(ToolCall(tool, ["-c", policy, contexts]))
            try await tree.run(ToolCall(tool, ["-F", "-p"] + outside + [contexts, "/"]))
        } else {
            let options = ["-T0", "-F", "-c", policy]
            try await tree.run(ToolCall(tool, options + ["-p"] + outside + [contexts, "/"]))
            // In a stack of layers a file has the device number of its layer, and setfiles takes it for one of
            // another file system: files are named to it, one by one.
            let list = "/run/kiwi-labels"
            try await tree.workspace.runner.run(
                ToolCall(
                    "find", [tree.path, "-xdev", "!", "-type", "d", "-printf", "/%P\\0"],
                    output: .file(tree.path + list)))
            try await tree.run(ToolCall(tool, options + ["-0", "-f", list, contexts]))
        }
    }

    /// Whether the files of an image are its system's to change: one that starts from a read-only medium would label
    /// them and start again for ever.
    static func mayWait(for type: ImageType) -> Bool {
        ["oem", "tbz", "cpio", "ext2", "ext3", "ext4", "xfs", "btrfs"].contains(type.image)
            && !type.flag("overlayroot")
    }

    private func leaveToFirstBoot(_ reason: String) throws {
        guard mayWait else {
            log.warning(
                "SELinux labels could not be set: \(reason); the files have none: switch SELinux off in the image, or build where they can be set"
            )
            return
        }
        try LocalFile.write("", to: try tree.resolve(Self.request))
        log.warning(
            "SELinux labels could not be set: \(reason); \(Self.request) makes the system set them when it first starts, and start again"
        )
    }
}
