/// Finds out where a bash script ended, without changing what it does.
///
/// bash reads a prelude (BASH_ENV) before the script. It sets an ERR and an EXIT trap that only
/// write notes; neither `errexit` nor `errtrace` nor any other option is touched, programs that
/// the script starts do not see it, and a script that sets the same traps replaces ours.
struct ScriptTrace: Sendable, Hashable {
    private struct Note: Hashable {
        var status: Int32
        /// Line numbers from the innermost call outwards.
        var lines: [Int]
        var command: String
    }

    private var errors: [Note] = []
    private var exit: Note?

    /// - Parameters:
    ///   - script: the script's `$0`.
    ///   - then: a file that the user's own BASH_ENV names.
    static func prelude(script: String, notes: String, then: String?) -> String {
        let own =
            then.map { "export BASH_ENV='\($0)'\nif [ -r \"$BASH_ENV\" ]; then . \"$BASH_ENV\"; fi\n" }
            ?? "unset BASH_ENV\n"
        let write = #">>'\#(notes)' 2>/dev/null"#
        return own + """
            if [ "$0" = '\(script)' ]; then
                trap 'printf "E\\t%s\\t%s\\t%s\\n" "$?" "$LINENO" "${BASH_COMMAND%%$'"'\\n'"'*}" \(write.replacing("'", with: "'\\''"))' ERR
                trap 'printf "X\\t%s\\t%s\\t%s\\n" "$?" "${BASH_LINENO[*]}" "${BASH_COMMAND%%$'"'\\n'"'*}" \(write.replacing("'", with: "'\\''"))' EXIT
            fi

            """
    }

    init(notes: String) {
        for line in notes.split(separator: "\n") {
            let fields = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, let status = Int32(fields[1]) else { continue }
            let note = Note(
                status: status, lines: fields[2].split(separator: " ").compactMap { Int($0) },
                command: String(fields[3]))
            if fields[0] == "E" { errors.append(note) } else { exit = note }
        }
    }

    /// Where the script ended with this exit code, as far as it can be known.
    func end(of script: String, exitCode: Int32) -> (line: Int?, command: String?)? {
        let lastError = errors.last { $0.status == exitCode }
        guard let exit else {
            return lastError.map { ($0.lines.first, $0.command) }
        }
        let insideFunction = exit.lines.count > 1
        if let lastError, lastError.command == exit.command, !insideFunction {
            return (lastError.lines.first, exit.command)
        }
        // bash does not tell the line at the end: look for the command in the script.
        return (
            Self.line(of: exit.command, in: script) ?? (insideFunction ? exit.lines.first : nil), exit.command
        )
    }

    /// The only line that has this command, compared without regard to blanks.
    private static func line(of command: String, in script: String) -> Int? {
        let wanted = squeezed(command)
        guard !wanted.isEmpty else { return nil }
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        let hits = lines.indices.filter { squeezed(String(lines[$0])).contains(wanted) }
        return hits.count == 1 ? hits[0] + 1 : nil
    }

    private static func squeezed(_ text: String) -> String { String(text.filter { !$0.isWhitespace }) }
}
