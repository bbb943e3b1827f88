import KiwiDescription
import KiwiRootTree

extension BillOfMaterials {
    /// The document in SPDX 2.3 JSON.
    public var spdx: JSONValue {
        var taken: Set<String> = []
        let entries = packages.map { package in (package, identifier(of: package, &taken)) }
        var image: [String: JSONValue] = [
            "SPDXID": "SPDXRef-Image", "name": .string(self.image.name),
            "versionInfo": .string(self.image.version),
            "primaryPackagePurpose": "OPERATING_SYSTEM", "downloadLocation": "NOASSERTION",
            "filesAnalyzed": .bool(false), "supplier": "NOASSERTION",
        ]
        if !repositoryLines.isEmpty {
            image["comment"] = .string("Packages from: " + repositoryLines.joined(separator: "; "))
        }
        let relations =
            [relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image")]
            + entries.map { relation("SPDXRef-Image", "CONTAINS", $0.1) }
        return .object([
            "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": .string(imageName),
            "documentNamespace": .string(
                "https://spdx.org/spdxdocs/\(PackageURL.escaped(imageName))-\(id("spdx"))"),
            "creationInfo": .object([
                "created": .string(time), "creators": .array([.string("Tool: kiwi-\(program)")]),
            ]),
            "packages": .array([.object(image)] + entries.map(spdxPackage)),
            "relationships": .array(relations),
        ])
    }

    private func spdxPackage(_ package: InstalledPackage, _ identifier: String) -> JSONValue {
        var entry: [String: JSONValue] = [
            "SPDXID": .string(identifier), "name": .string(package.name),
            "versionInfo": .string(package.version),
            "downloadLocation": "NOASSERTION", "filesAnalyzed": .bool(false), "copyrightText": "NOASSERTION",
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": .string(LicenseExpression.of(package.licenses) ?? "NOASSERTION"),
            "supplier": .string(package.maintainer.map(supplier) ?? "NOASSERTION"),
            "externalRefs": .array([
                .object([
                    "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                    "referenceLocator": .string(PackageURL.of(package, in: distribution)),
                ])
            ]),
        ]
        if let homepage = package.homepage, homepage.isWebAddress { entry["homepage"] = .string(homepage) }
        if let source = package.sourceName {
            entry["sourceInfo"] = .string(
                "built package from: \(source) \(package.sourceVersion ?? package.version)")
        }
        return .object(entry)
    }

    /// Letters, digits, dots and dashes only; everything else by its number.
    private func identifier(of package: InstalledPackage, _ taken: inout Set<String>) -> String {
        let text = "\(package.name)-\(package.architecture)".utf8.map { byte -> String in
            let character = Character(Unicode.Scalar(byte))
            let plain = byte < 128 && (character.isLetter || character.isNumber || ".-".contains(character))
            return plain ? String(character) : "-\(String(byte, radix: 16))"
        }.joined()
        var identifier = "SPDXRef-Package-\(text)"
        var number = 2
        while !taken.insert(identifier).inserted {
            identifier = "SPDXRef-Package-\(text)-\(number)"
            number += 1
        }
        return identifier
    }

    private func supplier(_ maintainer: String) -> String {
        let (name, address) = maintainer.nameAndAddress
        let groups = [
            "Team", "Maintainers", "Group", "Developers", "Packagers", "Project", "Packaging", "Debian",
        ]
        let kind = groups.contains(where: name.contains) ? "Organization" : "Person"
        return "\(kind): \(name)" + (address.map { " (\($0))" } ?? "")
    }

    private func relation(_ from: String, _ type: String, _ to: String) -> JSONValue {
        .object([
            "spdxElementId": .string(from), "relationshipType": .string(type),
            "relatedSpdxElement": .string(to),
        ])
    }
}
