import ArgumentParser
import Foundation

/// `user:password`, or the name of a file whose first line holds it.
enum Credentials {
    static func read(_ argument: String) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder), !isFolder.boolValue
        else {
            guard argument.contains(":") else {
                throw ValidationError("credentials must have the form USER:PASSWORD or name a file")
            }
            return argument
        }
        guard let text = try? String(contentsOfFile: argument, encoding: .utf8),
            let line = text.split(whereSeparator: \.isNewline).first, line.contains(":")
        else { throw ValidationError("\(argument) has no line of the form USER:PASSWORD") }
        return String(line).trimmingCharacters(in: .whitespaces)
    }
}
