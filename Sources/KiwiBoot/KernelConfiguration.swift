import KiwiDescription
import KiwiDiagnostics

/// The configuration a kernel was built with, as far as the tree tells it.
public struct KernelConfiguration: Sendable, Hashable {
    private var enabled: Set<String>
    /// False when the tree has no configuration file: then nothing is known.
    public let isKnown: Bool

    /// - Parameter text: content of `/boot/config-VERSION`; nil when there is none.
    public init(_ text: String?) {
        isKnown = text != nil
        enabled = Set(
            (text ?? "").split(separator: "\n").compactMap { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[1] == "y" || parts[1] == "m" else { return nil }
                return String(parts[0])
            })
    }

    /// Whether an option is on; nil when nothing is known.
    public func has(_ option: String) -> Bool? { isKnown ? enabled.contains(option) : nil }

    /// Errors for options that the image's file system needs and the kernel is known not to have.
    func lacking(_ options: [Located<String>], kernel: String) -> [Diagnostic] {
        options.filter { has($0.value) == false }.map { option in
            Diagnostic(
                "kernel-lacks", at: option.position,
                "kernel \(kernel) was built without \(option.value) and could not read the image",
                remedy: "choose another compression")
        }
    }
}
