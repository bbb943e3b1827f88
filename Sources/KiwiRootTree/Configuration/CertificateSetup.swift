import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Certificates that the tree shall trust (`--ca-cert`, `<certificates>`).
public struct CertificateSetup: Sendable, Hashable, Encodable {
    /// Where a family of distributions keeps them and what takes them over.
    private struct Family {
        var folder: String
        var tool: String
        /// What file names must end with.
        var ending: String
    }

    private static let families: [String: Family] = {
        let lines = Distribution.all.compactMap { $0.lines("certificates").first }.filter { $0.count > 2 }
        return Dictionary(
            lines.map { ($0[0], Family(folder: $0[1], tool: $0[2], ending: $0.count > 3 ? $0[3] : "")) },
            uniquingKeysWith: { first, _ in first })
    }()

    var files: [DescriptionContents.File]
    var distribution: String

    private enum CodingKeys: CodingKey { case files, distribution }

    /// - Throws: `Failure` for an unknown distribution or a missing file.
    init?(for image: ResolvedImage) throws(Failure) {
        guard !image.certificates.isEmpty else { return nil }
        distribution = image.certificateDistribution ?? (image.packageManager.value == "apt" ? "debian" : "")
        guard Self.families[distribution] != nil else {
            throw Failure(
                .usage,
                Diagnostic(
                    "unknown-certificate-distribution", "where certificates belong is not known",
                    remedy:
                        "give --ca-target-distribution \(Self.families.keys.sorted().joined(separator: "|"))")
            )
        }
        files = []
        for place in image.certificates {
            let path = place.value
            guard FileSystem.isFile(path), let digest = try? Digest(ofFile: path).hex else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "missing-certificate", at: place.position, "certificate '\(path)' does not exist",
                        remedy: "correct <certificate> or --ca-cert"))
            }
            files.append(
                .init(name: FileSystem.name(of: path), path: path, digest: digest, executable: false))
        }
    }

    func install(in tree: RootTree) async throws {
        guard let family = Self.families[distribution] else { return }
        let folder = try TreePath.resolve(family.folder, below: tree.path, followLast: true)
        try FileSystem.makeFolder(folder)
        for file in files {
            let ending = file.name.hasSuffix(family.ending) ? "" : family.ending
            try LocalFile.copyData(file.path, to: "\(folder)/\(file.name)\(ending)")
        }
        do {
            _ = try await tree.withKernelFileSystems(network: false) {
                try await tree.run(ToolCall(family.tool))
            }
        } catch let failure as ToolFailure {
            throw Self.problem(failure)
        }
    }

    static func problem(_ failure: ToolFailure) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "certificates-failed",
                "the certificates could not be added: \(failure.call.tool) ended with \(failure.exitCode)",
                remedy: "add package 'ca-certificates' to <packages type=\"bootstrap\">",
                notes: failure.lastLines.suffix(4)))
    }
}
