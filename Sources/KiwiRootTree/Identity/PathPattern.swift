import KiwiToolbox

/// Paths inside a tree whose last component may hold `*`.
enum PathPattern {
    /// The existing paths inside the tree that fit, sorted.
    static func matches(_ pattern: String, in tree: String) -> [String] {
        let folder = FileSystem.parent(of: pattern)
        let name = FileSystem.name(of: pattern)
        guard name.contains("*") else {
            return (try? TreePath.resolve(pattern, below: tree)).map(FileSystem.exists) == true
                ? [pattern] : []
        }
        guard let real = try? TreePath.resolve(folder, below: tree, followLast: true) else { return [] }
        return LocalFile.list(real).filter { fits($0[...], name[...]) }.map {
            "\(folder == "/" ? "" : folder)/\($0)"
        }
    }

    static func fits(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" {
            let rest = pattern.dropFirst()
            var tail = name
            while true {
                if fits(tail, rest) { return true }
                if tail.isEmpty { return false }
                tail = tail.dropFirst()
            }
        }
        return name.first == first && fits(name.dropFirst(), pattern.dropFirst())
    }
}
