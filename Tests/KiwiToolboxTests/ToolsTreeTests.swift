import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiToolbox

@Suite struct ToolsTreeTests {
    /// Runs `body` with a folder that is gone afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/kiwi-tools-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// A tree with programs in its `usr/bin`.
    private func tree(_ folder: String, _ programs: [String]) throws -> String {
        let path = "\(folder)/tree"
        try FileSystem.makeFolder("\(path)/usr/bin")
        for program in programs { try FileSystem.write("x", to: "\(path)/usr/bin/\(program)", mode: 0o755) }
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/bin", withDestinationPath: "usr/bin")
        return path
    }

    @Test func programsAreLookedUpInside() async throws {
        try await withFolder { folder in
            let path = try tree(folder, ["own-1", "other"])
            let files = FileManager.default
            try files.createDirectory(atPath: "\(path)/etc/alternatives", withIntermediateDirectories: true)
            try files.createSymbolicLink(
                atPath: "\(path)/usr/bin/own", withDestinationPath: "/etc/alternatives/own")
            try files.createSymbolicLink(
                atPath: "\(path)/etc/alternatives/own", withDestinationPath: "/bin/own-1")
            // The machine's shell is not the tree's.
            try files.createSymbolicLink(atPath: "\(path)/usr/bin/sh", withDestinationPath: "/usr/bin/dash")
            let tools = ToolsTree(path, own: ["own"])
            #expect(tools.find("own") == "\(path)/usr/bin/own-1")
            #expect(tools.find("sh") == nil)
            #expect(tools.provides("own"))
            #expect(tools.provides("other"))
            #expect(!tools.provides("sh"))
            // The machine has it, and it is no package manager's.
            try FileSystem.write("x", to: "\(path)/usr/bin/env", mode: 0o755)
            #expect(!tools.provides("env"))
            #expect(ToolsTree(path, own: ["env"]).provides("env"))
        }
    }

    @Test func whatIsNoTreeIsRefused() async throws {
        try await withFolder { folder in
            func code(_ path: String, _ folders: [String] = []) -> String? {
                do {
                    try ToolsTree(path).check(folders: folders)
                    return nil
                } catch {
                    #expect(error.exitCode == .usage)
                    return error.diagnostics.first?.code
                }
            }
            #expect(code("\(folder)/none") == "no-tools-tree")
            #expect(code(folder) == "no-tools-tree")
            try FileSystem.write("#!/bin/sh\n", to: "\(folder)/script")
            #expect(code("\(folder)/script") == "no-tools-tree")
            try FileSystem.write("", to: "\(folder)/empty")
            #expect(code("\(folder)/empty") == "no-tools-tree")
            let path = try tree(folder, [])
            #expect(code(path, ["/tmp/x", "/var/tmp"]) == nil)
            for hidden in ["/usr/src/x", "/etc/x", "/lib64/x", "/bin/x"] {
                #expect(code(path, ["/tmp/x", hidden]) == "hidden-folder")
            }
        }
    }

    @Test func kindsOfFiles() {
        #expect(ToolsTreeFile.Kind(start: Array("hsqs....".utf8)) == .squashfs)
        #expect(ToolsTreeFile.Kind(start: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) == .tar)
        #expect(
            ToolsTreeFile.Kind(start: [UInt8](repeating: 0, count: 257) + Array("ustar".utf8)) == .tar)
        #expect(ToolsTreeFile.Kind(start: Array("PK".utf8)) == nil)
    }

    @Test func missingProgramsOfPackageManagersAreNamed() async throws {
        try await withFolder { folder in
            let tools = ToolsTree(try tree(folder, ["rpm-of-the-tree"]))
            func check(_ requirement: ToolRequirement, _ tree: ToolsTree?) -> Diagnostic? {
                do {
                    try ToolCheck.require([requirement], toolsTree: tree)
                    return nil
                } catch {
                    return error.diagnostics.first
                }
            }
            let shell = ToolRequirement("sh", package: "dash", to: "test")
            let rpm = ToolRequirement("rpm-of-the-tree", package: "rpm", to: "test")
            #expect(check(shell, tools) == nil)
            #expect(check(rpm, tools) == nil)
            #expect(check(rpm.ofPackageManager, tools) == nil)
            // The machine has one, but versions are not mixed.
            #expect(
                check(shell.ofPackageManager, tools)?.message
                    == "the program 'sh' is missing in the tools tree \(tools.path); it is needed to test")
            #expect(
                check(rpm.ofPackageManager, nil)?.remedy
                    == "install it: apt-get install rpm, or name a root tree that has it: --tools-tree")
            // A file is looked into by the build.
            #expect(check(shell.ofPackageManager, ToolsTree("\(folder)/file.tar.xz")) == nil)
        }
    }

    @Test func callsAreMovedIntoTheTree() async throws {
        try await withFolder { folder in
            let tools = ToolsTree(try tree(folder, ["rpm", "repo-add"]), own: ["rpm", "repo-add"])
            let runner = ToolsTreeRunner(
                machine: ProcessRunner(log: BuildLog()), tree: tools,
                view: ToolsTreeView(tree: tools.path, place: folder, mounts: MountTable()))
            func line(_ call: ToolCall) -> String { runner.moved(call, to: "/view").displayLine }
            #expect(line(ToolCall("rpm", ["-qa"])) == "chroot /view rpm -qa")
            #expect(line(ToolCall("true")) == "true")
            // What runs in the image's tree stays there.
            #expect(line(ToolCall("rpm", ["-qa"], root: "/image")) == "chroot /image rpm -qa")
            #expect(
                line(ToolCall("repo-add", ["x"], workingDirectory: "/work"))
                    == "chroot /view env --chdir=/work repo-add x")
            let piped = runner.moved(
                ToolCall("true", output: .pipe(to: ToolCall("rpm"))), to: "/view")
            guard case .pipe(let reader) = piped.output else {
                Issue.record("no pipe")
                return
            }
            #expect(piped.root == nil)
            #expect(reader.root == "/view")
        }
    }
}
