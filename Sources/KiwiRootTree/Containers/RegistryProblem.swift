/// Why an image could not be fetched, as skopeo's messages tell it.
public struct RegistryProblem: Hashable, Sendable {
    public var text: String
    var remedy: String

    private static let missing = RegistryProblem(
        text: "its registry has no such image or tag",
        remedy: "correct name and tag: 'skopeo list-tags' shows what is there")

    /// Whether the registry answers, and has no such image.
    public var isMissing: Bool { self == Self.missing }

    private static let known: [(words: [String], problem: RegistryProblem)] = [
        (
            ["no such host", "Temporary failure in name resolution", "server misbehaving"],
            RegistryProblem(
                text: "its registry has no address",
                remedy: "correct the host in 'derived_from', or the name service of this machine")
        ),
        (
            ["connection refused", "no route to host", "network is unreachable", "i/o timeout"],
            RegistryProblem(
                text: "its registry does not answer",
                remedy: "correct host and port in 'derived_from', or start the registry")
        ),
        (
            ["certificate signed by unknown authority"],
            RegistryProblem(
                text: "the authority behind its registry's certificate is not known",
                remedy:
                    "put its certificate as ca.crt into ~/.config/containers/certs.d/HOST:PORT, or name the folder that has it: --cert-dir"
            )
        ),
        (
            ["x509:", "tls:"],
            RegistryProblem(
                text: "its registry's certificate is not good for this host",
                remedy: "give the registry a certificate that names the host and has not expired")
        ),
        (
            ["HTTP response to HTTPS client"],
            RegistryProblem(
                text: "its registry speaks no TLS",
                remedy:
                    "allow that for this host by 'insecure = true' in ~/.config/containers/registries.conf")
        ),
        (["manifest unknown", "name unknown", "repository name not known"], missing),
        (
            [
                "unauthorized", "authentication required", "invalid username/password", "access denied",
                "requested access to the resource is denied", "403 (Forbidden)",
            ],
            RegistryProblem(
                text: "its registry refused the credentials, or wants some",
                remedy: "sign in with 'skopeo login HOST', or name the file that has them: --authfile")
        ),
        (
            ["no image found in manifest list", "no image found in image index"],
            RegistryProblem(
                text: "there is none for this architecture",
                remedy: "choose an image that is made for the architecture of the build")
        ),
        (
            ["invalid reference format"],
            RegistryProblem(
                text: "this is no name of an image", remedy: "write docker://HOST[:PORT]/NAME:TAG")
        ),
        (
            ["no space left on device"],
            RegistryProblem(text: "the disk is full", remedy: "make room, or choose another --temp-dir")
        ),
    ]

    init(text: String, remedy: String) {
        self.text = text
        self.remedy = remedy
    }

    /// - Parameter lines: the last ones that skopeo wrote.
    /// - Returns: nil for a cause that is not known.
    public init?(of lines: some Sequence<String>) {
        // The last message is the one that ended it.
        for line in lines.reversed() {
            for (words, problem) in Self.known where words.contains(where: line.contains) {
                self = problem
                return
            }
        }
        return nil
    }
}
