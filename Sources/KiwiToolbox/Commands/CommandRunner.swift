/// The only door to other programs.
public protocol CommandRunner: Sendable {
    /// Runs a program to its end.
    /// - Throws: `ToolFailure` when it cannot be started or ends with a code that
    ///   is not one of the call's success codes; `CancellationError` when the task is cancelled.
    @discardableResult
    func run(_ call: ToolCall) async throws -> ToolResult
}

/// A program a step needs on the build machine.
public struct ToolRequirement: Hashable, Sendable, Codable {
    public var tool: String
    /// Completes "needed to ...".
    public var reason: String
    /// Name of the Debian package that brings it; empty when none does.
    public var debianPackage: String
    /// Where it is to be had, when no package brings it.
    public var origin: String?
    /// Programs of which one does as well.
    public var alternatives: [String] = []
    /// Whether it is part of a package manager: then it comes from the tools tree where there is one.
    public var isPackageManager = false

    public init(
        _ tool: String, package debianPackage: String, alternatives: [String] = [], to reason: String
    ) {
        self.tool = tool
        self.alternatives = alternatives
        self.debianPackage = debianPackage
        self.reason = reason
    }

    /// A program that Debian does not have.
    public init(_ tool: String, from origin: String, to reason: String) {
        self.init(tool, package: "", to: reason)
        self.origin = origin
    }

    /// Its name and those of its alternatives.
    public var names: [String] { [tool] + alternatives }

    /// The same, as part of a package manager.
    public var ofPackageManager: ToolRequirement {
        var copy = self
        copy.isPackageManager = true
        return copy
    }
}
