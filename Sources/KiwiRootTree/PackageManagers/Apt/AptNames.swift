import KiwiDescription
import KiwiDiagnostics

/// Names that may stand on apt's command line.
enum AptNames {
    static func problems(in request: PackageRequest) -> [Diagnostic] {
        let all = [request.bootstrap, request.system].flatMap { $0.packages + $0.ignore }
        return all.filter { !isValid($0.value) }.map { place in
            Diagnostic(
                "bad-package-name", at: place.position, "'\(place.value)' is not the name of a package",
                remedy: "write letters, digits and + - . : (and =VERSION or /SUITE behind the name)")
        }
    }

    /// A letter or digit first: never an option, a pattern or a path.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.first, first.isASCII, first.isLetter || first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.:=/~_*".contains($0)) }
    }
}

/// `/var/lib/apt/extended_states`: which packages came only as dependencies.
enum AptExtendedStates {
    static func text(_ list: PackageList) -> String {
        list.packages.filter { !$0.requested }.sorted {
            ($0.name, $0.architecture) < ($1.name, $1.architecture)
        }
        .map { package in
            "Package: \(package.name)\nArchitecture: \(package.architecture)\nAuto-Installed: 1\n"
        }
        .joined(separator: "\n")
    }
}
