import Foundation
import Testing

/// Runs the program that was built together with the tests.
struct ProgramRun {
    var exitCode: Int32
    var output: String
    var messages: String

    /// The folder of built products: where the test bundle lies.
    static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("kiwi").path
    }()

    init(_ arguments: String...) throws { try self.init(arguments) }

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        var values = ProcessInfo.processInfo.environment
        for name in ["NO_COLOR", "KIWI_SANDBOX", "SOURCE_DATE_EPOCH", "XDG_CACHE_HOME"] { values[name] = nil }
        process.environment = values.merging(environment) { $1 }
        let folder = FileManager.default.temporaryDirectory
        let files = [UUID().uuidString, UUID().uuidString].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        exitCode = process.terminationStatus
        output = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
        messages = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    }
}
