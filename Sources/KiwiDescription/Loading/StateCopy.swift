import KiwiDiagnostics

extension LoadedDescription {
    /// The description as `ROOT/image/config.xml` keeps it for a later `system create`: current
    /// schema, includes replaced, overrides applied, all sections, no credentials of repositories.
    ///
    /// What the type of an old description was stays as a processing instruction in it.
    /// The profiles and the type are not in it: `system create` is called with the same ones.
    public func stateCopy(_ request: ResolveRequest) throws(Failure) -> String {
        do throws(LoadingStages.Stop) {
            let selection = try Selection(description, request)
            var rewriter = OverrideRewriter(self, selection, request)
            do throws(Failure) { try rewriter.apply() } catch {
                throw LoadingStages.Stop(stage: .other, failure: error)
            }
            var root = rewriter.document.root
            root.rewriteAll { $0.forgetSource() }
            root.eachType { type in
                guard let facts = type.position.flatMap({ legacy.types[$0] }) else { return }
                type.nodes.insert(.markup(facts.note), at: 0)
            }
            let folder = description.folder
            root.rewriteChildren("repository") { $0.makePublic(folder: folder) }
            let prolog: [Node] = [.markup("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), .text(Text("\n"))]
            return XMLWriter.text(
                of: Document(file: file, prolog: prolog, root: root, epilog: [.text(Text("\n"))]))
        } catch { throw error.failure }
    }
}

extension Element {
    /// Entities of the original files are unknown in a copy: their text is written out.
    fileprivate mutating func forgetSource() {
        for index in attributes.indices { attributes[index].source = nil }
        for index in nodes.indices {
            if case .text(var text) = nodes[index] {
                text.source = nil
                nodes[index] = .text(text)
            }
        }
    }

    /// Without user names and passwords, and with absolute paths.
    fileprivate mutating func makePublic(folder: String) {
        remove(attribute: "username")
        remove(attribute: "password")
        rewriteChildren("source") { source in
            if let path = source.located("path") {
                source.set("path", withoutCredentials(path.resolvingThis(as: "dir://", in: folder).value))
            }
            source.rewriteChildren("signing") { signing in
                if let key = signing.located("key") {
                    signing.set("key", withoutCredentials(key.resolvingThis(as: "file://", in: folder).value))
                }
            }
        }
    }
}

/// A URL without `user:password@`.
func withoutCredentials(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let at = host.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
}
