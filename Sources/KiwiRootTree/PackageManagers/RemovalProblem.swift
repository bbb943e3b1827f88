import KiwiDescription
import KiwiDiagnostics

enum RemovalProblem {
    /// None of the packages to remove is there.
    static func nothing(_ packages: [Located<String>]) -> Diagnostic {
        Diagnostic(
            "nothing-to-remove", at: packages.first?.position,
            "none of the packages to remove is installed: \(packages.map(\.value).joined(separator: ", "))",
            remedy: "remove them from the description")
    }
}
