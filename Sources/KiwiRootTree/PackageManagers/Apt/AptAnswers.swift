import KiwiDescription
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

/// Solver answers kept under (state of the repositories, request).
struct AptAnswers: Sendable {
    let folder: String

    init(cache: String) { folder = "\(cache)/apt/answers" }

    static func key(
        _ request: PackageRequest, _ words: AptRequestWords, _ sources: AptSources, _ releases: AptReleases,
        installed: String
    ) -> String {
        Digest(
            ofParts: [
                "apt-answer-2", releases.digest.hex, sources.digest.hex, sources.preferencesText,
                request.architecture.rawValue,
                "\(request.bootstrap.installRecommends) \(request.system.installRecommends)",
                words.bootstrap.joined(separator: " "), words.whole.joined(separator: " "),
            ] + ((try? request.repositories.scriptDigests) ?? []) + (installed.isEmpty ? [] : [installed])
                + [request.update?.rawValue].compactMap { $0 }
        ).hex
    }

    func answer(_ key: String) -> PackageResolution? {
        guard let bytes = try? LocalFile.readBytes("\(folder)/\(key).json") else { return nil }
        utimes("\(folder)/\(key).json", nil)
        return try? JSONDecoder().decode(PackageResolution.self, from: Data(bytes))
    }

    /// Failures cost only time later.
    func keep(_ resolution: PackageResolution, _ key: String) {
        guard let bytes = try? CanonicalJSON.encode(resolution), (try? FileSystem.makeFolder(folder)) != nil
        else { return }
        let partial = "\(folder)/.new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        guard (try? LocalFile.write(String(decoding: bytes, as: UTF8.self), to: partial)) != nil else {
            return
        }
        _ = try? FileSystem.rename(partial, to: "\(folder)/\(key).json")
    }

    func clear() { LocalFile.remove(folder) }
}
