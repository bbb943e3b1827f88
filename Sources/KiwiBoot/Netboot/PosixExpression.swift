#if canImport(Glibc)
    import Glibc
#endif

/// An extended regular expression for whole texts, as the shell's `[[ ... =~ ^(...)$ ]]` takes it.
struct PosixExpression: Sendable {
    private let compiled: Compiled

    /// nil when it is none.
    init?(_ pattern: String) {
        guard let compiled = Compiled("^(\(pattern))$") else { return nil }
        self.compiled = compiled
    }

    /// Whether all of a text fits; a text with a zero byte never does.
    func fits(_ text: String) -> Bool { !text.utf8.contains(0) && compiled.fits(text) }

    /// `regexec` only reads what `regcomp` has made.
    private final class Compiled: @unchecked Sendable {
        private var expression = regex_t()

        init?(_ pattern: String) {
            guard regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        }

        deinit { regfree(&expression) }

        func fits(_ text: String) -> Bool { regexec(&expression, text, 0, nil, 0) == 0 }
    }
}
