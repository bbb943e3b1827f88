import Foundation

/// Prints a plan for people and for machines; what golden tests compare.
public enum PlanPrinter {
    /// One block per step: its line, what asked for it, what it reads and writes, its parameters.
    public static func text(_ plan: BuildPlan) throws -> String {
        var text = ""
        for (index, step) in plan.steps.enumerated() {
            text += "\(index + 1). \(step.id): \(step.summary)\n"
            for line in step.details { text += "     | \(line)\n" }
            if let because = step.because { text += "     because  \(because)\n" }
            if !step.reads.isEmpty {
                text += "     reads    \(step.reads.map(\.label).joined(separator: " "))\n"
            }
            if !step.writes.isEmpty {
                text += "     writes   \(step.writes.map(\.label).joined(separator: " "))\n"
            }
            if !step.tools.isEmpty {
                text += "     tools    \(step.tools.map(\.tool).joined(separator: " "))\n"
            }
            if step.reusable { text += "     reusable\n" }
            for (name, value) in try parameters(of: step) { text += "     \(name) = \(value)\n" }
        }
        return text
    }

    /// An object with the steps in order, and with the estimate where one was made; keys sorted.
    public static func json(_ plan: BuildPlan, estimate: [String: Int64]? = nil) throws -> String {
        let steps = try plan.steps.map { step -> [String: Any] in
            var object: [String: Any] = [
                "id": step.id, "summary": step.summary, "reads": step.reads.map(\.label),
                "writes": step.writes.map(\.label), "tools": step.tools.map(\.tool),
                "reusable": step.reusable,
                "parameters": try JSONSerialization.jsonObject(with: Data(try CanonicalJSON.encode(step))),
            ]
            if let because = step.because { object["because"] = because.description }
            if !step.details.isEmpty { object["details"] = step.details }
            return object
        }
        var object: [String: Any] = ["steps": steps]
        if let estimate { object["estimate"] = estimate }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func parameters(of step: any BuildStep) throws -> [(String, String)] {
        let data = Data(try CanonicalJSON.encode(step))
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { return [] }
        return try object.sorted { $0.key < $1.key }.map { name, value in
            let text = String(
                decoding: try JSONSerialization.data(
                    withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes]),
                as: UTF8.self)
            return (name, text.count > 400 ? "\(text.prefix(400))..." : text)
        }
    }
}
