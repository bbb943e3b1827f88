/// One build of a matrix: a description with profiles and one image type.
public struct BuildJob: Sendable, Hashable {
    /// Letters, digits and `._-`: a name for rules, jobs and folders, which no other job has.
    public var name: String
    /// The folder of the description, as it was named.
    public var description: String
    public var profiles: [String]
    public var type: String

    public init(name: String, description: String, profiles: [String], type: String) {
        self.name = name
        self.description = description
        self.profiles = profiles
        self.type = type
    }

    /// Gives each job a name: of the folder, the profiles and the type, and a number where that is not enough.
    /// - Parameter jobs: description, profiles and type of each.
    public static func named(_ jobs: [(description: String, profiles: [String], type: String)]) -> [BuildJob]
    {
        var seen: Set<String> = []
        return jobs.map { job in
            let folder = job.description.split(separator: "/").last { $0 != "." && $0 != ".." } ?? "image"
            let plain = ([String(folder)] + job.profiles + [job.type]).map(Self.plain).joined(separator: "-")
            var name = plain
            var number = 2
            while !seen.insert(name).inserted {
                name = "\(plain)-\(number)"
                number += 1
            }
            return BuildJob(
                name: name, description: job.description, profiles: job.profiles, type: job.type)
        }
    }

    /// Other engines give points, blanks and colons a meaning.
    private static func plain(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 48...57, 65...90, 97...122, 46, 95, 45: byte
            default: 95
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        // A point in front hides files and jobs.
        return name.hasPrefix(".") || name.hasPrefix("-") ? "_\(name.dropFirst())" : name
    }
}
