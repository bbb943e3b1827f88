/// The difference of two images. Pure.
public struct ImageComparison: Sendable, Encodable {
    /// Something that has a value before and after; nil where it is not there.
    public struct Change: Sendable, Hashable, Encodable {
        public var name: String
        public var before: String?
        public var after: String?
    }

    public struct Package: Sendable, Hashable, Encodable {
        public var name: String
        public var architecture: String
        public var before: String?
        public var after: String?
    }

    public struct File: Sendable, Hashable, Encodable {
        public enum Aspect: String, Sendable, Encodable, CaseIterable {
            case type, content, mode, owner, attributes
        }

        public enum State: String, Sendable, Encodable { case added, removed, changed }

        public var path: String
        public var state: State
        /// What changed, with the values for people; empty for added and removed files.
        public var aspects: [Aspect: String]

        enum CodingKeys: CodingKey { case path, state, aspects }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(path, forKey: .path)
            try container.encode(state, forKey: .state)
            let table = aspects.map { ($0.key.rawValue, $0.value) }
            try container.encode(Dictionary(uniqueKeysWithValues: table), forKey: .aspects)
        }
    }

    public struct Side: Sendable, Encodable {
        public var path: String
        public var kind: String
        public var bytes: Int64?
        public var sha256: String?
        public var version: String?
    }

    public var first: Side
    public var second: Side
    /// Nil when one of the images does not say its packages.
    public var packages: [Package]?
    /// Nil when one of the images is only a list.
    public var files: [File]?
    /// Files of the medium beside the root tree.
    public var medium: [File]?
    /// Whether extended attributes were compared.
    public var comparesAttributes = true
    /// Files whose time alone is another one.
    public var otherTimes = 0
    public var settings: [Change]?
    /// The part of the version that should rise; nil when nothing changed that is compared.
    public var versionPart: VersionPart?
    /// The version of the first image with that part raised.
    public var nextVersion: String?

    enum CodingKeys: String, CodingKey {
        case first, second, packages, files, medium, settings
        case comparesAttributes = "compares_attributes"
        case otherTimes = "other_times"
        case versionPart = "version_part"
        case nextVersion = "next_version"
    }

    /// Whether nothing at all differs.
    public var isEqual: Bool {
        isEqualInContent && otherTimes == 0 && (first.sha256 == second.sha256)
            && (settings ?? []).isEmpty
    }

    /// Whether packages, files and size are the same.
    public var isEqualInContent: Bool {
        (packages ?? []).isEmpty && (files ?? []).isEmpty && (medium ?? []).isEmpty && versionPart != .major
    }

    public init(_ first: ImageContents, _ second: ImageContents) {
        self.first = Side(first)
        self.second = Side(second)
        if let left = first.packages, let right = second.packages {
            let keys = Set(left.versions.keys).union(right.versions.keys)
            packages = keys.sorted().compactMap { key in
                let (before, after) = (left.versions[key], right.versions[key])
                return before == after
                    ? nil
                    : Package(name: key.name, architecture: key.architecture, before: before, after: after)
            }
        }
        comparesAttributes = (first.tree?.hasAttributes ?? false) && (second.tree?.hasAttributes ?? false)
        var times = 0
        if let left = first.tree, let right = second.tree { files = Self.files(left, right, &times) }
        if let left = first.medium, let right = second.medium { medium = Self.files(left, right, &times) }
        otherTimes = times
        if let left = first.settings, let right = second.settings {
            settings = Set(left.keys).union(right.keys).sorted().compactMap { name in
                left[name] == right[name] ? nil : Change(name: name, before: left[name], after: right[name])
            }
        }
        let otherSize =
            first.chosenSize != nil && second.chosenSize != nil && first.chosenSize != second.chosenSize
        let comeOrGo = (packages ?? []).contains { $0.before == nil || $0.after == nil }
        if otherSize {
            versionPart = .major
        } else if comeOrGo {
            versionPart = .minor
        } else if !isEqualInContent {
            versionPart = .release
        }
        nextVersion = versionPart.flatMap { part in first.version.flatMap(part.raised) }
    }

    private static func files(_ left: TreeIndex, _ right: TreeIndex, _ otherTimes: inout Int) -> [File] {
        var files: [File] = []
        for path in Set(left.entries.keys).union(right.entries.keys).sorted() {
            guard let old = left.entries[path] else {
                files.append(File(path: path, state: .added, aspects: [:]))
                continue
            }
            guard let new = right.entries[path] else {
                files.append(File(path: path, state: .removed, aspects: [:]))
                continue
            }
            var aspects = aspects(old, new)
            if !left.hasAttributes || !right.hasAttributes { aspects[.attributes] = nil }
            if !aspects.isEmpty {
                files.append(File(path: path, state: .changed, aspects: aspects))
            } else if let before = old.time, let after = new.time, before != after {
                otherTimes += 1
            }
        }
        return files
    }

    private static func aspects(_ old: ComparedEntry, _ new: ComparedEntry) -> [File.Aspect: String] {
        var aspects: [File.Aspect: String] = [:]
        if old.kind != new.kind {
            aspects[.type] = "\(old.kind.rawValue) -> \(new.kind.rawValue)"
        } else if old.content != new.content {
            switch old.kind {
            case .file:
                aspects[.content] =
                    old.size == new.size ? "\(old.size) bytes" : "\(old.size) -> \(new.size) bytes"
            default: aspects[.content] = "\(old.content) -> \(new.content)"
            }
        }
        if old.mode != new.mode, old.kind == new.kind || (old.kind != .link && new.kind != .link) {
            aspects[.mode] = "\(octal(old.mode)) -> \(octal(new.mode))"
        }
        if (old.user, old.group) != (new.user, new.group) {
            aspects[.owner] = "\(old.user):\(old.group) -> \(new.user):\(new.group)"
        }
        if old.attributes != new.attributes {
            let names = Set(old.attributes.keys).union(new.attributes.keys).sorted()
                .filter { old.attributes[$0] != new.attributes[$0] }
            aspects[.attributes] = names.map { name in
                "\(name) \(old.attributes[name] ?? "none") -> \(new.attributes[name] ?? "none")"
            }.joined(separator: ", ")
        }
        return aspects
    }

    private static func octal(_ mode: UInt32) -> String {
        let text = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}

extension ImageComparison.Side {
    init(_ contents: ImageContents) {
        self.init(
            path: contents.path, kind: contents.kind, bytes: contents.bytes, sha256: contents.digest,
            version: contents.version)
    }
}
