import KiwiDescription
import KiwiDiagnostics

@testable import KiwiRootTree

/// A position in the imagined description of a test.
func place(_ line: Int, _ column: Int = 5) -> Position {
    Position(file: "config.xml", line: line, column: column)
}

enum Sample {
    /// A small Debian live image.
    static func image(
        packages: [String] = [], bootstrap: [String] = [], repositories: [Repository]? = nil,
        folder: String = "/nowhere"
    ) -> ResolvedImage {
        var image = ResolvedImage.empty
        image.folder = folder
        image.file = "\(folder)/config.xml"
        image.packageManager = Located("apt", at: place(9))
        image.system.packages = packages.enumerated().map { Located($1, at: place(30 + $0)) }
        image.bootstrap.packages = bootstrap.enumerated().map { Located($1, at: place(20 + $0)) }
        image.repositories = repositories ?? [repository("buildhost:", distribution: "bookworm")]
        return image
    }

    static func repository(_ source: String, distribution: String? = nil, line: Int = 12) -> Repository {
        Repository(
            position: place(line, 3), source: Located(source, at: place(line + 1)), type: "apt-deb",
            distribution: distribution)
    }

    /// A machine with Debian's own sources and two of third parties.
    static let host = HostAptConfiguration(
        entries: [
            .init(
                addresses: ["http://archive.example.org/debian"], suites: ["bookworm", "bookworm-updates"],
                components: ["main"], keys: .files(["/usr/share/keyrings/debian-archive-keyring.gpg"])),
            .init(
                addresses: ["http://archive.example.org/debian-security"], suites: ["bookworm-security"],
                components: ["main"], keys: .files(["/usr/share/keyrings/debian-archive-keyring.gpg"])),
            .init(
                addresses: ["https://other.example.com/debian"], suites: ["bookworm"], components: ["stable"],
                keys: .files(["/usr/share/keyrings/other.gpg"])),
        ],
        distribution: "debian", codename: "bookworm",
        archiveKeyring: "/usr/share/keyrings/debian-archive-keyring.gpg")
}
