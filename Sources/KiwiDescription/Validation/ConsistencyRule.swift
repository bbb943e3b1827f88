import KiwiDiagnostics

/// A rule that compares parts of a description with each other.
///
/// Rules see the document after its upgrade and includes; values that the schema table refuses
/// may still be in it.
struct ConsistencyRule: Sendable {
    /// The code of its findings.
    var code: String
    var check: @Sendable (_ image: Element) -> [Finding]

    /// One place that breaks the rule.
    struct Finding {
        var position: Position?
        var message: String
        var remedy: String

        init(at position: Position?, _ message: String, remedy: String) {
            self.position = position
            self.message = message
            self.remedy = remedy
        }
    }

    static let all: [ConsistencyRule] =
        typeRules + diskRules + bootloaderRules + containerRules + packageRules + repositoryRules

    static func validate(_ image: Element) -> [Diagnostic] {
        all.flatMap { rule in
            rule.check(image).map { Diagnostic(rule.code, at: $0.position, $0.message, remedy: $0.remedy) }
        }
    }

    /// A rule about every `<type>`.
    static func type(_ code: String, _ check: @escaping @Sendable (Element) -> Finding?) -> ConsistencyRule {
        ConsistencyRule(code: code) { image in image.types.compactMap(check) }
    }

    /// A rule about every element of a name, with the elements around it, the nearest last.
    static func element(
        _ code: String, _ name: String,
        _ check: @escaping @Sendable (_ element: Element, _ around: [Element]) -> Finding?
    ) -> ConsistencyRule {
        ConsistencyRule(code: code) { image in
            var findings: [Finding] = []
            image.visit(name, around: []) { element, around in
                if let finding = check(element, around) { findings.append(finding) }
            }
            return findings
        }
    }
}

extension Element {
    /// All `<type>` below `<image>`.
    var types: [Element] { children("preferences").flatMap { $0.children("type") } }

    /// A boolean attribute as KIWI reads it.
    func isTrue(_ name: String) -> Bool { self[name] == "true" || self[name] == "1" }

    func visit(_ name: String, around: [Element], _ body: (Element, [Element]) -> Void) {
        if self.name == name { body(self, around) }
        for case .element(let child) in nodes { child.visit(name, around: around + [self], body) }
    }
}
