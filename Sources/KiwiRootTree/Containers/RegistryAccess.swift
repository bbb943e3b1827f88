import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// How registries of containers are reached: with the settings that the person who called has for skopeo,
/// podman and Docker. Nothing of it is in a plan, a key or a result.
public struct RegistryAccess: Sendable, Hashable {
    /// `--authfile`: credentials as `podman login` and `skopeo login` write them.
    public var credentialsFile: String?
    /// `--cert-dir`: a folder with `*.crt` of authorities, and `*.cert` and `*.key` of the client.
    public var certificateFolder: String?

    public init(credentialsFile: String? = nil, certificateFolder: String? = nil) {
        self.credentialsFile = credentialsFile
        self.certificateFolder = certificateFolder
    }

    /// Variables that say where programs for containers look.
    static let passed = [
        "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG", "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]

    /// What skopeo must know to find the caller's settings, though it runs as root of the sandbox.
    ///
    /// - Parameters:
    ///   - variable: looks up the caller's environment.
    ///   - exists: whether a folder is there.
    static func environment(
        of caller: Caller, home: String, variable: (String) -> String?, exists: (String) -> Bool
    ) -> [String: String] {
        var variables = ["HOME": home]
        for name in passed { variables[name] = variable(name) }
        // Root of the sandbox may not read the folder for signatures that root of the machine has.
        if !caller.isRoot { variables["_CONTAINERS_ROOTLESS_UID"] = "\(caller.userID)" }
        // Where a login without a session of its own writes to.
        let runtime = "/run/user/\(caller.userID)"
        if variables["XDG_RUNTIME_DIR"] == nil, !caller.isRoot, exists(runtime) {
            variables["XDG_RUNTIME_DIR"] = runtime
        }
        return variables
    }

    public static var callersEnvironment: [String: String] {
        environment(
            of: .current, home: Caller.current.homeFolder,
            variable: { name in getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } },
            exists: FileSystem.isFolder)
    }

    /// The options of skopeo for a registry.
    /// - Parameter side: `src` or `dest` of a copy; nil: of a call with one registry.
    public func options(side: String?) -> [String] {
        let prefix = side.map { "--\($0)-" } ?? "--"
        return (credentialsFile.map { ["\(prefix)authfile", $0] } ?? [])
            + (certificateFolder.map { ["\(prefix)cert-dir", $0] } ?? [])
    }

    /// Which signatures images need is the site's decision; without one all are taken.
    public static var policy: [String] {
        let variables = callersEnvironment
        let policies = [
            "\(variables["XDG_CONFIG_HOME"] ?? "\(variables["HOME"] ?? "")/.config")/containers/policy.json",
            "/etc/containers/policy.json",
        ]
        return policies.contains(where: FileSystem.exists) ? [] : ["--insecure-policy"]
    }
}
