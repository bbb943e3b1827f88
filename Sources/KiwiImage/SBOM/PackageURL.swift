import KiwiRootTree
import KiwiToolbox

/// The package URL (purl) of an installed package. Pure.
enum PackageURL {
    static func of(_ package: InstalledPackage, in distribution: OSRelease?) -> String {
        var qualifiers: [String] = []
        if !package.architecture.isEmpty { qualifiers.append("arch=\(escaped(package.architecture))") }
        if let distribution {
            let version = distribution.version ?? distribution.codename
            let name = version.map { "\(distribution.id)-\($0)" } ?? distribution.id
            qualifiers.append("distro=\(escaped(name))")
        }
        if let epoch = package.epoch { qualifiers.append("epoch=\(escaped(epoch))") }
        let space = distribution.map { "\(escaped($0.id.lowercased()))/" } ?? ""
        let version = package.version.isEmpty ? "" : "@\(escaped(package.version))"
        let query = qualifiers.isEmpty ? "" : "?" + qualifiers.joined(separator: "&")
        return "pkg:\(package.format.rawValue)/\(space)\(escaped(package.name))\(version)\(query)"
    }

    /// Percent-encoded, everything but letters, digits and `.-_~`.
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 128, character.isLetter || character.isNumber || ".-_~".contains(character) {
                result.append(character)
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
