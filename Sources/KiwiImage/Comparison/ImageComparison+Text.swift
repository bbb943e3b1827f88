import KiwiToolbox

extension ImageComparison {
    /// The difference for people; files beyond `limit` are only counted.
    public func text(limit: Int = 200) -> String {
        var lines = [line("A", first), line("B", second)]
        if isEqual { return (lines + ["The images are equal."]).joined(separator: "\n") }
        if let packages {
            lines += section(
                "packages", packages.map { ($0.before == nil, $0.after == nil, packageLine($0)) }, .max)
        } else {
            lines.append("packages: not compared, one of the images does not say them")
        }
        if let files {
            lines += section("files", files.map(fileLine), limit)
            if !comparesAttributes {
                lines.append("attributes: not compared, one of the images does not say them")
            }
        } else {
            lines.append("files: not compared, one of them is only a list")
        }
        if let medium, !medium.isEmpty {
            lines += section("files on the medium", medium.map(fileLine), limit)
        }
        if otherTimes > 0 { lines.append("times: other ones on \(otherTimes) equal files") }
        if let settings, !settings.isEmpty {
            lines += section(
                "settings",
                settings.map { change in
                    let values = [change.before, change.after].map { $0.map { $0.isEmpty ? "''" : $0 } }
                    let text =
                        values[0] == nil || values[1] == nil
                        ? values[0] ?? values[1] ?? "" : "\(values[0]!) -> \(values[1]!)"
                    return (change.before == nil, change.after == nil, "\(change.name)  \(text)")
                }, .max)
        }
        if files != nil, let before = first.bytes, let after = second.bytes, before != after {
            let sign = after > before ? "+" : "-"
            lines.append(
                "size: \(before) -> \(after) bytes (\(sign)\(SpaceCheck.binarySize(abs(after - before))))")
        }
        lines.append(conclusion)
        return lines.map(\.withoutControlCharacters).joined(separator: "\n")
    }

    private var conclusion: String {
        guard let versionPart else {
            return "version: need not rise; the content is the same, only packing, times or settings differ"
        }
        let reason =
            switch versionPart {
            case .major: "the size of the image changed"
            case .minor: "packages were added or removed"
            case .release: "no packages were added or removed"
            }
        let next = nextVersion.flatMap { next in first.version.map { ", \($0) -> \(next)" } } ?? ""
        return "version: the \(versionPart.rawValue) number should rise\(next) (\(reason))"
    }

    private func line(_ letter: String, _ side: Side) -> String {
        let size = side.bytes.map { ", \(SpaceCheck.binarySize($0))" } ?? ""
        return "\(letter): \(side.path) (\(side.kind)\(size))"
    }

    private func packageLine(_ package: Package) -> String {
        let name = package.architecture.isEmpty ? package.name : "\(package.name) (\(package.architecture))"
        guard let before = package.before, let after = package.after else {
            return "\(name)  \(package.before ?? package.after ?? "")"
        }
        return "\(name)  \(before) -> \(after)"
    }

    private func fileLine(_ file: File) -> (Bool, Bool, String) {
        let aspects = File.Aspect.allCases.compactMap { aspect in
            file.aspects[aspect].map { "\(aspect.rawValue) \($0)" }
        }
        let text = ([file.path] + (aspects.isEmpty ? [] : [aspects.joined(separator: "; ")])).joined(
            separator: "  ")
        return (file.state == .added, file.state == .removed, text)
    }

    /// A heading with counts, then one line each with `+`, `-` or `~`.
    private func section(
        _ title: String, _ changes: [(added: Bool, removed: Bool, text: String)], _ limit: Int
    )
        -> [String]
    {
        guard !changes.isEmpty else { return ["\(title): the same"] }
        let added = changes.count { $0.added }
        let removed = changes.count { $0.removed }
        let heading =
            "\(title): \(added) added, \(removed) removed, \(changes.count - added - removed) changed"
        let shown = changes.prefix(limit).map { "  \($0.added ? "+" : $0.removed ? "-" : "~") \($0.text)" }
        let rest =
            changes.count > limit ? ["  ... and \(changes.count - limit) more; --format json has all"] : []
        return [heading] + shown + rest
    }
}

extension String {
    /// Names in an image must not steer the terminal that shows them.
    fileprivate var withoutControlCharacters: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? "\u{FFFD}" : $0 }))
    }
}
