import Foundation
import KiwiDiagnostics

/// Compares text with a checked-in golden file beside the test.
///
/// A missing file, or UPDATE_GOLDEN in the environment, writes the file and
/// still reports a difference, so that recording can never pass unnoticed.
public func goldenDifference(
    _ actual: String, _ name: String, filePath: String = #filePath
) -> String? {
    let file = URL(fileURLWithPath: filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures").appendingPathComponent(name).standardizedFileURL
    let record = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil
    guard !record, let expected = try? String(contentsOf: file, encoding: .utf8) else {
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? actual.write(to: file, atomically: true, encoding: .utf8)
        return "recorded \(file.path): run again without UPDATE_GOLDEN"
    }
    if expected == actual { return nil }
    let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let right = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let index =
        zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        ?? min(left.count, right.count)
    return """
        \(name) differs at line \(index + 1)
        - \(index < left.count ? String(left[index]) : "(end)")
        + \(index < right.count ? String(right[index]) : "(end)")
        (UPDATE_GOLDEN=1 rewrites it)
        """
}
