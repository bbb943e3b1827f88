import Foundation
import KiwiDescription
import KiwiRootTree
import KiwiToolbox

/// The packages of an image with their origin, ready to be written in the usual formats. Pure.
public struct BillOfMaterials: Sendable {
    public var image: ImageSummary
    /// Version of this program.
    public var program: String
    public var distribution: OSRelease?
    public var packages: [InstalledPackage]
    public var repositories: [UsedRepository]
    /// Seconds since 1970.
    public var clock: Int64

    public init(
        image: ImageSummary, program: String, distribution: OSRelease?, packages: [InstalledPackage],
        repositories: [UsedRepository], clock: Int64
    ) {
        self.image = image
        self.program = program
        self.distribution = distribution
        self.packages = packages
        self.repositories = repositories
        self.clock = clock
    }

    /// `2023-11-14T22:13:20Z`.
    var time: String {
        Date(timeIntervalSince1970: TimeInterval(clock)).formatted(.iso8601)
    }

    var imageName: String { "\(image.name).\(image.architecture)-\(image.version)" }

    /// Derived from everything that is in the document, so that equal documents have equal ids.
    func id(_ role: String) -> String {
        var parts = [imageName, image.type, "\(clock)", program, image.descriptionDigest]
        parts += packages.flatMap { [$0.name, $0.version, $0.architecture] }
        parts += repositoryLines
        return DerivedID(key: Digest(ofParts: parts).hex, type: image.type, role: role).uuid
    }

    /// One line for each repository as the description names it: no addresses of one machine.
    var repositoryLines: [String] {
        repositories.map { repository in
            var words = [repository.source]
            words += [repository.distribution ?? ""] + repository.components
            words.append(repository.verified ? "(signatures verified)" : "(signatures not verified)")
            return words.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}

extension String {
    /// Name and address of `Name <address>`.
    var nameAndAddress: (name: String, address: String?) {
        guard let open = lastIndex(of: "<"), let close = lastIndex(of: ">"), open < close else {
            return (self, nil)
        }
        let name = self[..<open].trimmingCharacters(in: .whitespaces)
        return (name, String(self[index(after: open)..<close]))
    }

    /// Whether it can be written as an address on the web.
    var isWebAddress: Bool {
        (hasPrefix("http://") || hasPrefix("https://"))
            && unicodeScalars.allSatisfy {
                $0.isASCII && $0.value > 32 && !"<>\"{}|\\^`".unicodeScalars.contains($0)
            }
    }
}
