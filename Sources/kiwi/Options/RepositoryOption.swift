/// The value of `--add-repo` and `--set-repo`: up to eleven fields separated by commas.
///
/// `source,type,alias,priority,imageinclude,package_gpgcheck,{keys},components,distribution,repo_gpgcheck,repo_sourcetype`
struct RepositoryOption: Codable, Hashable, Sendable {
    var source: String
    var type: String?
    var alias: String?
    var priority: Int?
    var imageInclude: Bool?
    var packageGPGCheck: Bool?
    var signingKeys: [String] = []
    var components: [String] = []
    var distribution: String?
    var repositoryGPGCheck: Bool?
    var sourceType: String?
    /// `user:password` from `--add-repo-credentials` or `--set-repo-credentials`.
    var credentials: String?

    struct Mistake: Error, CustomStringConvertible { var description: String }

    /// - Throws: `Mistake` for values no field can have.
    init(argument: String) throws {
        let fields = argument.split(separator: ",", maxSplits: 10, omittingEmptySubsequences: false).map(
            String.init)
        func field(_ index: Int) -> String? {
            index < fields.count && !fields[index].isEmpty ? fields[index] : nil
        }
        func flag(_ index: Int, _ name: String) throws -> Bool? {
            switch field(index) {
            case nil: return nil
            case "true": return true
            case "false": return false
            case .some(let other):
                throw Mistake(description: "\(name) must be 'true' or 'false', not '\(other)'")
            }
        }
        func list(_ index: Int, _ separator: Character) -> [String] {
            var text = field(index) ?? ""
            if text.hasPrefix("{"), text.hasSuffix("}") { text = String(text.dropFirst().dropLast()) }
            return text.split(separator: separator).map(String.init)
        }
        guard let source = field(0) else { throw Mistake(description: "the source is missing") }
        self.source = source
        type = field(1)
        alias = field(2)
        if let text = field(3) {
            guard let number = Int(text) else {
                throw Mistake(description: "priority '\(text)' is no number")
            }
            priority = number
        }
        imageInclude = try flag(4, "imageinclude")
        packageGPGCheck = try flag(5, "package_gpgcheck")
        signingKeys = list(6, ";")
        components = list(7, " ")
        distribution = field(8)
        repositoryGPGCheck = try flag(9, "repo_gpgcheck")
        sourceType = field(10)
        if let sourceType, !["baseurl", "metalink", "mirrorlist"].contains(sourceType) {
            throw Mistake(
                description: "repo_sourcetype must be baseurl, metalink or mirrorlist, not '\(sourceType)'")
        }
    }
}
