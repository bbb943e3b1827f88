import Foundation

/// Looks for programs as the builder does: PATH, then the folders of system programs.
public enum Programs {
    private static let systemFolders = [
        "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin",
    ]

    /// PATH with the folders of system programs, which ordinary users' PATH lacks.
    public static let searchPath: String = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        var folders = path.split(separator: ":").map(String.init)
        for folder in systemFolders where !folders.contains(folder) { folders.append(folder) }
        return folders.joined(separator: ":")
    }()

    /// The path of a program, nil when it is not installed.
    public static func find(_ name: String) -> String? {
        if name.hasPrefix("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        return searchPath.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
