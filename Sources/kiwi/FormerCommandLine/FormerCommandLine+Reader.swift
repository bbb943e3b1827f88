import KiwiDiagnostics

extension FormerCommandLine {
    /// Takes a command line of former times apart.
    struct Reader {
        private var rest: ArraySlice<String>
        private var call = FormerCommandLine(operation: .help)
        private var found: String?
        private var lists: [ListKey: [String]] = [:]

        private struct ListKey: Hashable {
            var field: FormerOption.RepositoryField
            var isReplacement: Bool
        }

        init(_ arguments: ArraySlice<String>) { rest = arguments }

        mutating func read() throws(Failure) -> FormerCommandLine {
            while let word = rest.popFirst() {
                guard word.hasPrefix("-") else { throw Self.usage("'\(word)' stands alone") }
                guard let option = FormerCommandLine.option(of: word) else {
                    throw Self.usage("there is no option '\(word)'", near: word)
                }
                // In former times -l listed, and named the log in later ones.
                if word == "-l", found != nil || !(rest.first ?? "-").hasPrefix("-") {
                    call.global += ["--logfile", Self.logFile(try value(of: word, option))]
                    continue
                }
                try take(option, word)
            }
            try addRepositories(isReplacement: false, "--add-repo")
            try addRepositories(isReplacement: true, "--set-repo")
            return call
        }

        private mutating func take(_ option: FormerOption, _ word: String) throws(Failure) {
            switch option.meaning {
            case .operation(let operation):
                if let found { throw Self.usage("\(found) and \(word) cannot be done in one call") }
                found = word
                call.operation = operation
                if option.value == .needed { call.object = try value(of: word, option) }
            case .passed(let name): call.add(name, try value(of: word, option))
            case .flag(let name): call.add(name)
            case .repository(let field, let isReplacement):
                lists[ListKey(field: field, isReplacement: isReplacement), default: []]
                    .append(try value(of: word, option))
            case .destination: call.destination = try value(of: word, option)
            case .root: call.root = try value(of: word, option)
            case .newRoot: call.newRoot = true
            case .logFile: call.global += ["--logfile", Self.logFile(try value(of: word, option))]
            case .bundleID: call.bundleID = try value(of: word, option)
            case .system: call.system = try value(of: word, option)
            case .device: call.device = try value(of: word, option)
            case .format: call.format = try value(of: word, option)
            case .settled: if option.value == .needed { _ = try value(of: word, option) }
            case .gone(let remedy):
                throw Failure(
                    .usage, Diagnostic("former-option", "\(word) is not there any more", remedy: remedy))
            }
        }

        private mutating func value(of word: String, _ option: FormerOption) throws(Failure) -> String {
            if let equals = word.firstIndex(of: "=") { return String(word[word.index(after: equals)...]) }
            guard let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("--") else {
                throw Self.usage("\(word) needs a value")
            }
            return value
        }

        /// `--add-repo URL --add-repotype T --add-repoalias A`: the n-th of each belong together.
        private mutating func addRepositories(isReplacement: Bool, _ name: String) throws(Failure) {
            func list(_ field: FormerOption.RepositoryField) -> [String] {
                lists[ListKey(field: field, isReplacement: isReplacement)] ?? []
            }
            let (sources, kinds) = (list(.source), list(.kind))
            let (aliases, priorities) = (list(.alias), list(.priority))
            if let most = [kinds, aliases, priorities].map(\.count).max(), most > sources.count {
                throw Self.usage("\(name) is given less often than what belongs to it")
            }
            for (index, source) in sources.enumerated() {
                let fields = [kinds, aliases, priorities].map { index < $0.count ? $0[index] : "" }
                // Fields that are separated by commas today.
                if let field = fields.first(where: { $0.contains(",") }) {
                    throw Self.usage("'\(field)' has a comma")
                }
                let used = fields.lastIndex { !$0.isEmpty }.map { fields[...$0] } ?? []
                call.local += [name, ([source] + used).joined(separator: ",")]
            }
        }

        private static func logFile(_ name: String) -> String { name == "terminal" ? "stdout" : name }

        private static func usage(_ problem: String, near word: String? = nil) -> Failure {
            let names = FormerOption.all.flatMap(\.names).filter { $0.count > 1 }
            let nearest = word.flatMap { word in
                nearestName(to: String(word.drop { $0 == "-" }), among: names).map {
                    "did you mean --\($0)? "
                }
            }
            return Failure(
                .usage,
                Diagnostic(
                    "usage", problem, remedy: (nearest ?? "") + "see 'kiwi --help' for today's commands"))
        }
    }

    /// Options that today's program knows for all its commands stand before the command.
    fileprivate mutating func add(_ words: String...) {
        if ["--type", "--profile", "--target-arch", "--debug"].contains(words[0]) {
            global += words
        } else {
            local += words
        }
    }
}
