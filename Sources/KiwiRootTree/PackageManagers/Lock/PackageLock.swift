import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The lock file of an image: exactly the packages it is made from, with checksums and origins.
public struct PackageLock: Codable, Sendable, Hashable {
    /// Its name beside the description.
    public static let fileName = "kiwi.lock"
    static let currentFormat = 1

    struct Entry: Codable, Sendable, Hashable {
        var name: String
        var version: String
        var architecture: String
        /// Lower-case hex, as the repository states it: SHA-256, or the longer SHA-384 and SHA-512.
        var checksum: String
        /// Bytes of the package file.
        var size: Int64
        var installedSize: Int64
        var phase: PackageList.Phase
        var requested: Bool
        /// Where it was, without credentials; nil where the tool does not say it (mirror lists of zypper).
        var origin: String?
    }

    var format: Int
    var packageManager: String
    var architecture: String
    /// What the description asked for, one phrase each: a lock file for other wishes is refused.
    var asked: [String]
    /// Newest release date of the repositories, seconds since 1970: the time of the image's files.
    var newestRelease: Int64?
    var repositories: [UsedRepository]
    var packages: [Entry]

    public init(_ resolution: PackageResolution, for request: PackageRequest) {
        format = Self.currentFormat
        packageManager = request.manager.value
        architecture = request.architecture.rawValue
        asked = Self.asked(request)
        newestRelease = resolution.newestRelease
        repositories = resolution.repositories
        packages = resolution.list.packages.map { package in
            Entry(
                name: package.name, version: package.version, architecture: package.architecture,
                checksum: package.sha256, size: package.size, installedSize: package.installedSize,
                phase: package.phase, requested: package.requested,
                origin: resolution.origins.addresses[package.sha256].map(Self.withoutLogin))
        }
    }

    /// As the file has it.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// - Throws: `Failure` when there is none or it is not one.
    public static func read(_ path: String) throws(Failure) -> PackageLock {
        guard FileSystem.isFile(path) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-lock-file", "there is no lock file '\(path)'",
                    remedy: "write it with 'kiwi system lock', or name another with --lock-file"))
        }
        do {
            let lock = try JSONDecoder().decode(
                PackageLock.self, from: Data(FileSystem.readBytes(path, limit: 64 << 20)))
            guard lock.format == currentFormat, lock.packages.allSatisfy(\.isSane) else { throw Unreadable() }
            return lock
        } catch {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "bad-lock-file", at: Position(file: path, line: 1, column: 1),
                    "this is no lock file of this version", remedy: "write it anew with 'kiwi system lock'"))
        }
    }

    private struct Unreadable: Error {}

    var list: PackageList {
        PackageList(
            packages: packages.map {
                PackageList.Package(
                    name: $0.name, version: $0.version, architecture: $0.architecture, sha256: $0.checksum,
                    size: $0.size, installedSize: $0.installedSize, phase: $0.phase, requested: $0.requested)
            })
    }

    /// The origins after the mirror rules of this build.
    func origins(mirrors: [MirrorRule]) -> PackageOrigins {
        var origins = PackageOrigins()
        for package in packages {
            guard let origin = package.origin else { continue }
            let moved = MirrorRule.rewrite(origin, by: mirrors)
            // This machine's own archive has no address that a package could be fetched from.
            origins.addresses[package.checksum] = moved.hasPrefix("buildhost:") ? origin : moved
        }
        return origins
    }

    // MARK: What was asked

    static func asked(_ request: PackageRequest) -> [String] {
        wishes(request).map(\.value).sorted()
    }

    private static func wishes(_ request: PackageRequest) -> [Located<String>] {
        var all: [Located<String>] = []
        for (phase, selection) in [("bootstrap", request.bootstrap), ("system", request.system)] {
            for (kind, names) in [
                ("package", selection.packages), ("collection", selection.collections),
                ("product", selection.products), ("ignore", selection.ignore),
            ] {
                all += Set(names.map(\.value)).map { name in
                    Located(
                        "\(phase) \(kind) \(name)", at: names.first { $0.value == name }?.position)
                }
            }
            if selection.installRecommends { all.append(Located("\(phase) recommends")) }
        }
        all += request.modules.enable.map { Located("module \($0)") }
        all += request.modules.disable.map { Located("module -\($0)") }
        return all
    }

    /// - Throws: `Failure` when the description asks for something else than the lock file was made for.
    public func check(_ request: PackageRequest) throws(Failure) {
        if request.base != nil { throw Self.overBase(at: request.manager.position) }
        var problems: [Diagnostic] = []
        func differs(_ text: String, at position: Position?) {
            problems.append(
                Diagnostic(
                    "lock-outdated", at: position, text,
                    remedy: "renew the lock file with 'kiwi system lock' and the same options"))
        }
        if packageManager != request.manager.value {
            differs(
                "the lock file was made for the package manager '\(packageManager)'",
                at: request.manager.position)
        }
        if architecture != request.architecture.rawValue {
            differs("the lock file was made for the architecture '\(architecture)'", at: nil)
        }
        let now = Self.wishes(request)
        let locked = Set(asked)
        for wish in now.sorted(by: { $0.value < $1.value }) where !locked.contains(wish.value) {
            differs("the lock file does not know: \(wish.value)", at: wish.position)
        }
        for wish in locked.subtracting(now.map(\.value)).sorted() {
            differs("the lock file was made for a description that also asked: \(wish)", at: nil)
        }
        if !problems.isEmpty { throw Failure(.descriptionWrong, problems) }
    }

    /// - Throws: `Failure` for images whose packages depend on more than repositories.
    public static func checkCanLock(_ image: ResolvedImage, _ request: PackageRequest) throws {
        if let problem = try PackageManagerRegistry.manager(for: image).lockProblem(request) {
            throw Failure(.descriptionWrong, problem)
        }
        guard try BaseImageSource.all(of: image, isWorker: false).isEmpty else {
            throw overBase(at: image.type.position(of: "derived_from"))
        }
    }

    private static func overBase(at position: Position?) -> Failure {
        Failure(
            .usage,
            Diagnostic(
                "lock-with-base", at: position,
                "a lock file for an image over a base image is not supported by this version",
                remedy: "build it without --locked"))
    }

    /// An address without `user:password@`.
    private static func withoutLogin(_ address: String) -> String {
        if case .remote(let plain, _)? = RepositoryAddress(address) { plain } else { address }
    }
}

extension PackageLock.Entry {
    /// Values become names of files and words of command lines.
    fileprivate var isSane: Bool {
        let texts = [name, version, architecture]
        return texts.allSatisfy { text in
            !text.isEmpty && text.first != "-" && text.first != "."
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-._:~^".contains($0)) }
        } && [64, 96, 128].contains(checksum.count)
            && checksum.allSatisfy { $0.isHexDigit && !$0.isUppercase }
            && size >= 0
    }

    /// For messages.
    var label: String { "\(name) \(version)" }
}
