import KiwiDiagnostics
import KiwiToolbox

/// Turns a dpkg failure into a diagnostic that names the package and the script.
struct DpkgFailure {
    let failure: Failure

    init(_ failure: ToolFailure, tree: String) {
        let lines = failure.lastLines
        if let full = lines.first(where: { $0.contains("No space left on device") }) {
            self.failure = Failure(
                .buildFailed,
                Diagnostic(
                    "disk-full", "there is no space left for the packages",
                    remedy: "free space, or use another target and cache folder, or --no-tmpfs", notes: [full]
                ))
            return
        }
        var package: String?
        var script: String?
        for (index, line) in lines.enumerated() {
            guard line.contains("dpkg: error processing"), package == nil else { continue }
            package = Self.package(inError: line)
            let reason = index + 1 < lines.count ? lines[index + 1] : ""
            if let found = Self.script(in: reason) {
                script = found.script
                package = found.package ?? package
            }
        }
        let what =
            switch (package, script) {
            case (let package?, let script?): "the \(script) of package '\(package)' failed"
            case (let package?, nil): "package '\(package)' could not be installed"
            default: "dpkg failed with exit code \(failure.exitCode)"
            }
        self.failure = Failure(
            .buildFailed,
            Diagnostic(
                script == nil ? "package-failed" : "package-script-failed", what,
                remedy:
                    "enter the tree with `kiwi system shell --root \(tree)` and run `dpkg --configure --pending`",
                notes: Array(lines.suffix(12))))
    }

    /// `dpkg: error processing package NAME (--configure):` or `… archive /path (--unpack):`.
    private static func package(inError line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        for (index, word) in words.enumerated() where word == "package" && index + 1 < words.count {
            return String(words[index + 1].prefix { $0 != ":" })
        }
        return nil
    }

    /// ` installed NAME package post-installation script subprocess returned error exit status 1`.
    private static func script(in line: String) -> (script: String, package: String?)? {
        let scripts = ["pre-installation", "post-installation", "pre-removal", "post-removal"]
        guard let script = scripts.first(where: { line.contains($0 + " script") }) else { return nil }
        let words = line.split(separator: " ").map(String.init)
        guard let index = words.firstIndex(of: "package"), index > 0 else { return (script + " script", nil) }
        return (script + " script", String(words[index - 1].prefix { $0 != ":" }))
    }
}
