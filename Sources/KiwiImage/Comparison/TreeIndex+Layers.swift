extension TreeIndex {
    /// The tree after a container layer lies over this one: its entries, and what its whiteouts hide.
    func applying(layer: TreeIndex) -> TreeIndex {
        var result = self
        for path in layer.entries.keys {
            let (folder, name) = Self.split(path)
            guard name.hasPrefix(".wh.") else { continue }
            if name == ".wh..wh..opq" {
                result.remove(below: folder)
            } else {
                let hidden = (folder == "/" ? "" : folder) + "/" + name.dropFirst(4)
                result.remove(below: hidden)
                result.entries[hidden] = nil
                result.kept[hidden] = nil
            }
        }
        for (path, entry) in layer.entries where !Self.split(path).name.hasPrefix(".wh.") {
            if entry.kind != .folder, result.entries[path]?.kind == .folder { result.remove(below: path) }
            result.entries[path] = entry
            result.kept[path] = layer.kept[path]
        }
        return result
    }

    private mutating func remove(below folder: String) {
        let prefix = folder == "/" ? "/" : folder + "/"
        entries = entries.filter { !$0.key.hasPrefix(prefix) || $0.key == "/" }
        kept = kept.filter { !$0.key.hasPrefix(prefix) }
    }

    private static func split(_ path: String) -> (folder: String, name: Substring) {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return (cut == path.startIndex ? "/" : String(path[..<cut]), path[path.index(after: cut)...])
    }
}
