import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Makes the description's groups and users with the tree's own tools.
struct TreeUsers: Sendable {
    let tree: RootTree
    let imageName: String
    let clock: Int64

    func set(_ users: [User]) async throws {
        guard !users.isEmpty else { return }
        try await tree.withKernelFileSystems(network: false) {
            try await makeGroups(users)
            for user in users { try await make(user) }
        }
    }

    private func names(in file: String) throws -> Set<String> {
        let path = try TreePath.resolve(file, below: tree.path, followLast: true)
        return Set(
            (LocalFile.readIfPresent(path) ?? "").split(separator: "\n").map {
                String($0.prefix { $0 != ":" })
            })
    }

    func makeGroups(_ users: [User]) async throws {
        var known = try names(in: "/etc/group")
        for user in users {
            for group in user.groups where known.insert(group.name).inserted {
                tree.workspace.log.info("Adding group \(group.name)")
                let id = group.id.map { ["-g", "\($0)"] } ?? []
                try await call("groupadd", id + ["--", group.name], for: user)
            }
        }
    }

    func make(_ user: User) async throws {
        let log = tree.workspace.log
        log.info("Setting up user \(user.name)")
        let exists = try names(in: "/etc/passwd").contains(user.name)
        log.info("--> \(exists ? "Modifying" : "Adding") user: \(user.name)")
        var arguments = Self.arguments(user)
        if !exists {
            arguments.append("-m")
            if let home = user.home {
                arguments += ["-d", home]
                try FileSystem.makeFolder(
                    try TreePath.resolve(FileSystem.parent(of: home), below: tree.path, followLast: true))
            }
        }
        if let group = user.groups.first {
            log.info("--> Primary group for user \(user.name): \(group.name)")
        }
        try await call(exists ? "usermod" : "useradd", arguments + ["--", user.name], for: user)
        if let hash = try await passwordHash(user) {
            try await call(
                "chpasswd", ["-e"], for: user, input: .text("\(user.name):\(hash)\n"), secrets: [hash])
        }
        if !exists, let home = user.home {
            let owner = user.name + (user.groups.first.map { ":\($0.name)" } ?? "")
            try await call("chown", ["-R", "-h", "--", owner, home], for: user)
        }
    }

    static func arguments(_ user: User) -> [String] {
        var arguments: [String] = []
        if let shell = user.shell { arguments += ["-s", shell] }
        if let group = user.groups.first { arguments += ["-g", group.name] }
        if user.groups.count > 1 {
            arguments += ["-G", user.groups.dropFirst().map(\.name).joined(separator: ",")]
        }
        if let id = user.id { arguments += ["-u", "\(id)"] }
        if let realName = user.realName { arguments += ["-c", realName] }
        return arguments
    }

    /// A plain password becomes a SHA-512 crypt hash (KIWI: MD5 with the salt `xyz`). The salt comes
    /// from the names of image and user, never from the password: equal descriptions give equal
    /// images, and the salt tells nothing.
    private func passwordHash(_ user: User) async throws -> String? {
        guard let password = user.password else { return nil }
        guard user.passwordFormat == .plain else { return password }
        tree.workspace.log.hide(password)
        let salt = String(Digest(ofParts: ["password-salt", imageName, user.name]).hex.prefix(16))
        let call = ToolCall(
            "openssl", ["passwd", "-6", "-salt", salt, "-stdin"], input: .text(password + "\n"),
            output: .capture(), secrets: [password])
        return try await tree.workspace.runner.run(call).output.trimming(" \n")
    }

    private func call(
        _ tool: String, _ arguments: [String], for user: User, input: ToolCall.Input = .empty,
        secrets: [String] = []
    ) async throws {
        do {
            try await tree.run(
                ToolCall(
                    tool, arguments, environment: ["LC_ALL": "C", "SOURCE_DATE_EPOCH": "\(clock)"],
                    input: input,
                    secrets: secrets))
        } catch let failure as ToolFailure {
            let missing = failure.exitCode == 127
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "user-failed", at: user.position,
                    missing
                        ? "user '\(user.name)' cannot be made: there is no \(tool) in the tree"
                        : "user '\(user.name)' could not be set up: \(tool) ended with \(failure.exitCode)",
                    remedy: missing
                        ? "add the package that brings it (passwd, shadow)" : "correct the <user>",
                    notes: failure.lastLines.suffix(3)))
        }
    }
}
