import KiwiToolbox

/// SELinux labels of a tree from its own policy, with its own setfiles.
struct SecurityLabels: Sendable {
    let tree: RootTree
    let policy: String

    func set() async throws {
        let contexts = "/etc/selinux/targeted/contexts/files/file_contexts"
        guard FileSystem.exists(try tree.resolve(contexts)) else { return }
        let log = tree.workspace.log
        let tool = try ["/usr/sbin/setfiles", "/sbin/setfiles"].first {
            FileSystem.exists(try TreePath.resolve($0, below: tree.path, followLast: true))
        }
        guard let tool else {
            log.warning("the tree has an SELinux policy but no setfiles: its files get no labels")
            return
        }
        let folder = "/etc/selinux/\(policy)/policy"
        guard let file = LocalFile.list(try tree.resolve(folder)).first(where: { $0.hasPrefix("policy.") })
        else {
            log.warning("there is no policy in \(folder): files get no SELinux labels")
            return
        }
        log.info("Setting SELinux labels")
        try await tree.withKernelFileSystems(network: false) {
            do {
                let help = try await tree.run(
                    ToolCall(tool, ["-h"], output: .capture(), successCodes: Set(0...255)))
                let text = help.output + help.lastLines.joined(separator: "\n")
                if text.contains("setfiles -c policyfile") {
                    try await tree.run(ToolCall(tool, ["-c", "\(folder)/\(file)", contexts]))
                    try await tree.run(
                        ToolCall(
                            tool, ["-F", "-p", "-e", "/proc", "-e", "/sys", "-e", "/dev", contexts, "/"]))
                } else {
                    try await tree.run(
                        ToolCall(
                            tool,
                            [
                                "-T0", "-F", "-p", "-c", "\(folder)/\(file)", "-e", "/proc", "-e", "/sys",
                                "-e", "/dev",
                                contexts, "/",
                            ]))
                }
            } catch let failure as ToolFailure {
                log.warning(
                    "SELinux labels could not be set in this sandbox: \(failure.lastLines.last ?? "setfiles failed")"
                )
            }
        }
    }
}
