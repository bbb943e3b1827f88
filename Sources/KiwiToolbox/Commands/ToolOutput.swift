/// What small questions to programs answer, before a build is planned.
public enum ToolOutput {
    /// Everything a program prints; nil when it is missing or fails.
    public static func of(_ program: String, _ arguments: [String]) -> String? {
        guard let path = ToolCheck.find(program) else { return nil }
        let result = SynchronousProcess.run([path] + arguments)
        return result.exitCode == 0 ? result.output : nil
    }
}
