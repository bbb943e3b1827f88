/// A repository as the command line writes it: up to 11 fields separated by commas, the last ones
/// optional, empty ones unset.
///
///     SOURCE,TYPE,ALIAS,PRIORITY,IMAGEINCLUDE,PACKAGE_GPGCHECK,{KEY;KEY},COMPONENTS,DISTRIBUTION,REPO_GPGCHECK,SOURCETYPE
public struct RepositorySpecification: Hashable, Sendable {
    public var source: String?
    public var type: String?
    public var alias: String?
    public var priority: String?
    public var imageInclude: String?
    public var packageGPGCheck: String?
    public var signingKeys: [String] = []
    /// Separated by blanks.
    public var components: String?
    public var distribution: String?
    public var repositoryGPGCheck: String?
    public var sourceType: String?

    public init(_ text: String) {
        let parts = text.split(separator: ",", maxSplits: 10, omittingEmptySubsequences: false)
        func field(_ index: Int) -> String? {
            guard index < parts.count, !parts[index].isEmpty else { return nil }
            return String(parts[index])
        }
        source = field(0)
        type = field(1)
        alias = field(2)
        priority = field(3)
        imageInclude = field(4)
        packageGPGCheck = field(5)
        if let keys = field(6) {
            let list = keys.drop { $0 == "{" }
            signingKeys = list.prefix { $0 != "}" }.split(separator: ";").map(String.init)
        }
        components = field(7)
        distribution = field(8)
        repositoryGPGCheck = field(9)
        sourceType = field(10)
    }

    /// Writes the given fields into a `<repository>`.
    func apply(to element: inout Element, credentials: String?) {
        for (name, value) in [
            ("type", type), ("alias", alias), ("package_gpgcheck", packageGPGCheck),
            ("components", components),
            ("distribution", distribution), ("repository_gpgcheck", repositoryGPGCheck),
            ("sourcetype", sourceType),
        ] {
            if let value { element.set(name, value) }
        }
        if let priority, Int(priority) != nil { element.set("priority", priority) }
        if imageInclude == "true" { element.set("imageinclude", "true") }
        element.rewriteChildren("source") { origin in
            if let source { origin.set("path", Self.path(source, credentials: credentials)) }
            guard !signingKeys.isEmpty else { return }
            origin.removeChildren { $0.name == "signing" }
            for key in signingKeys {
                origin.append(Element("signing", attributes: [Attribute("key", key)]), indent: "            ")
            }
        }
        if source == nil, let credentials {
            element.rewriteChildren("source") { origin in
                origin.set("path", Self.path(origin["path"] ?? "", credentials: credentials))
            }
        }
    }

    /// `scheme://CREDENTIALS@rest` where the source has a scheme.
    static func path(_ source: String, credentials: String?) -> String {
        guard let credentials, let range = source.firstRange(of: "://") else { return source }
        return source[..<range.upperBound] + credentials + "@" + source[range.upperBound...]
    }
}
