import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Where an image comes from that a container is derived from: one entry of `derived_from`.
public struct BaseImageSource: Sendable, Codable, Hashable {
    public enum Place: Sendable, Codable, Hashable {
        /// An archive on the build machine, with the name of one of its images.
        case archive(path: String, name: String?)
        /// As skopeo names it, for example `docker://registry.example.org/name:tag`.
        case skopeo(String)
    }

    /// As it is written.
    public var text: String
    public var place: Place

    public init(text: String, place: Place) {
        self.text = text
        self.place = place
    }

    /// Everything that the tree of a container lies over, in order; empty for other images.
    ///
    /// - Parameter isWorker: whether a worker of the build service builds.
    /// - Throws: diagnostics at the attribute for what cannot be a source.
    public static func all(of image: ResolvedImage, isWorker: Bool) throws(Failure) -> [BaseImageSource] {
        guard ["docker", "oci"].contains(image.type.image) else { return [] }
        return try named(by: image, isWorker: isWorker)
    }

    /// Everything `derived_from` names, in order.
    ///
    /// - Parameter isWorker: whether a worker of the build service builds.
    /// - Throws: diagnostics at the attribute for what cannot be a source.
    public static func named(by image: ResolvedImage, isWorker: Bool) throws(Failure) -> [BaseImageSource] {
        guard let written = image.type.string("derived_from") else { return [] }
        var sources: [BaseImageSource] = []
        for entry in written.split(separator: ",") {
            let text = entry.trimming { $0.isWhitespace }
            if text.isEmpty { continue }
            if let host = hostWithCredentials(text) {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "base-image-source", at: image.type.position(of: "derived_from"),
                        "credentials for '\(host)' do not belong into a description",
                        remedy:
                            "sign in with 'skopeo login \(host)', or name a file that has them: --authfile"))
            }
            guard let place = place(of: text, folder: image.folder, isWorker: isWorker) else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "base-image-source", at: image.type.position(of: "derived_from"),
                        "'\(text)' is no place of a container image that can be used",
                        remedy:
                            "write file:///PATH of a docker or oci archive, or docker://REGISTRY/NAME:TAG"))
            }
            sources.append(BaseImageSource(text: text, place: place))
        }
        return sources
    }

    /// The host of an address that has credentials before it.
    private static func hostWithCredentials(_ text: String) -> String? {
        guard text.hasPrefix("docker://") else { return nil }
        let place = text.dropFirst("docker://".count).prefix { $0 != "/" }
        // In a name without a host, what follows is a digest.
        guard let cut = place.lastIndex(of: "@"), text.dropFirst("docker://".count).contains("/") else {
            return nil
        }
        return String(place[place.index(after: cut)...])
    }

    /// Names that skopeo knows how to reach.
    private static let transports = [
        "docker://", "docker-archive:", "oci-archive:", "oci:", "dir:/", "containers-storage:",
        "docker-daemon:",
    ]

    private static func place(of text: String, folder: String, isWorker: Bool) -> Place? {
        let sources = "/usr/src/packages/SOURCES/containers"
        for (start, below) in [
            ("obsrepositories:/", "\(sources)/_obsrepositories"), ("obs://", sources),
        ] where text.hasPrefix(start) {
            let rest = text.dropFirst(start.count).drop { $0 == "/" }
            return isWorker ? archive("\(below)/\(rest)", folder) : nil
        }
        for start in ["file://", "dir://", "this://"] where text.hasPrefix(start) {
            return archive(String(text.dropFirst(start.count)), start == "this://" ? nil : folder, folder)
        }
        if text.hasPrefix("/") { return archive(text, folder) }
        return transports.contains(where: text.hasPrefix) ? .skopeo(text) : nil
    }

    private static func archive(_ text: String, _ folder: String?, _ description: String? = nil) -> Place {
        let parts = text.split(separator: "#", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        let path: String
        if let folder {
            path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
        } else {
            path = "\(description ?? "")/\(name.drop { $0 == "/" })"
        }
        return .archive(path: FileSystem.absolute(path), name: parts.count == 2 ? parts[1] : nil)
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
        var rest = drop(while: isTrimmed)
        while let last = rest.last, isTrimmed(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
