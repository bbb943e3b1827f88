import Foundation
import Testing

/// The program as people and scripts call it.
@Suite struct CommandLineTests {
    @Test func versionHasTwoLines() throws {
        for arguments in [["--version"], ["system", "build", "--version"]] {
            let run =
                try arguments.count == 1
                ? ProgramRun("--version") : ProgramRun("system", "build", "--version")
            #expect(run.exitCode == 0)
            let lines = run.output.split(separator: "\n")
            #expect(lines.first == "KIWI (next generation) version 11.1.6")
            #expect(lines.count == 2)
            #expect(run.messages.isEmpty)
        }
    }

    @Test func helpIsAResult() throws {
        for run in [
            try ProgramRun(), try ProgramRun("--help"), try ProgramRun("help"),
            try ProgramRun("system", "build", "--help"),
            try ProgramRun("system", "build", "help"), try ProgramRun("help", "system", "build"),
        ] {
            #expect(run.exitCode == 0)
            #expect(run.output.contains("--shared-cache-dir"))
            #expect(run.messages.isEmpty)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionScripts(_ shell: String) throws {
        let run = try ProgramRun("--generate-completion-script", shell)
        #expect(run.exitCode == 0)
        #expect(run.output.contains("kiwi"))
    }

    @Test(arguments: [
        (["no-such-command"], "no-such-command"),
        (["system", "build"], "--description"),
        (["system", "build", "--description", "a"], "--target-dir"),
        (["--loglevel", "many", "doctor"], "--loglevel"),
        (["--setenv", "A", "doctor"], "VARIABLE=VALUE"),
        (["--mirror", "A", "doctor"], "FROM=TO"),
        (["--logsocket", "s", "doctor"], "not supported yet"),
        (["--kiwi-file", "a/b", "doctor"], "--kiwi-file"),
        (["--sandbox", "jail", "doctor"], "jail"),
        (["system", "update", "--root", "/no-such-tree"], "no-such-tree"),
        (
            ["system", "prepare", "--description", "a", "--root", "r", "--ca-target-distribution", "debian"],
            "--ca-cert"
        ),
        (
            ["system", "prepare", "--description", "a", "--root", "r", "--add-repo-credentials", "a:b"],
            "--add-repo"
        ),
        (["system", "prepare", "--description", "a", "--root", "r", "--add-package", "-x"], "package"),
        (["system", "prepare", "--description", "a", "--root", "r", "--estimate"], "--dry-run"),
        (["system", "shell"], "--target-dir"),
        (["image", "boot"], "--kernel"),
        (["image", "boot", "f", "--expect", "("], "regular expression"),
        (["image", "boot", "/does/not/exist.iso", "--expect", "x"], "does not exist"),
        (["image", "boot", "f", "--memory", "1"], "--memory"),
        (["image", "info", "--description", "d", "--print-xml", "--print-yaml"], "only one of"),
        (["system", "create", "--root", "a", "--target-dir", "t", "--dry-run", "--estimate"], "root tree"),
        (["description", "explain", "packges"], "explain packages"),
        (["description", "convert", "d", "--to", "ini"], "xml"),
        (["description", "upgrade", "d", "--check", "--output", "e"], "--check"),
        (["cache", "prune", "--all", "--limit", "1G"], "--limit"),
        (["cache", "prune", "--shared", "/srv", "--layers"], "--shared"),
        (["cache", "list", "--shared", "/does/not/exist"], "--cache-to"),
        (["--no-cache", "--cache-from", "/srv", "lint", "d"], "--no-cache"),
        (["--cache-to", "docker://host/name:tag", "lint", "d"], "without a tag"),
        (["build-matrix", "d", "--format", "make", "--image", "i"], "--image"),
        (["build-matrix", "d", "--format", "gitlab", "--target-dir", "/srv"], "--target-dir"),
        (["build-matrix", "d", "--format", "make", "--cache", "/srv", "--no-cache"], "--cache"),
        (["build-matrix", "d", "--format", "make", "--profiles", "all", "--profile", "p"], "--profiles"),
        (["system", "stash"], "--root or --list"),
        (["system", "stash", "--list", "--root", "r"], "--root or --list"),
        (["system", "stash", "--root", "r", "--tag", "a/b"], "--tag"),
        (["system", "stash", "--root", "/does/not/exist", "--container-name", "a/b"], "--container-name"),
        (["system", "stackbuild", "--target-dir", "t"], "--stash"),
        (["system", "stackbuild", "--stash", "does-not-exist", "--target-dir", "t"], "does-not-exist"),
        (
            [
                "system", "stackbuild", "--from-registry", "localhost:1", "--stash", "a", "--target-dir", "t",
                "--", "--bogus",
            ], "--bogus"
        ),
        (
            [
                "system", "stackbuild", "--from-registry", "localhost:1", "--stash", "a", "--target-dir", "t",
                "kiwi", "--dry-run",
            ], "--description"
        ),
        (["system", "boxbuild", "--sshfs-sharing", "--", "--description", "d"], "9P"),
        (["system", "boxbuild", "--box-memory", "100M", "--", "--description", "d"], "--box-memory"),
        (["system", "boxbuild", "--kiwi-version", "9.9", "--", "--description", "d"], "--kiwi-version"),
        (["system", "boxbuild", "--x86_64", "--aarch64"], "exclude"),
        (["system", "boxbuild", "--shared-path", "/does/not/exist", "kiwi"], "--shared-path"),
        (["system", "boxbuild", "kiwi", "--description", "d", "--bogus"], "--bogus"),
        (["system", "boxbuild", "--bogus"], "--bogus"),
        (["--type", "oem", "box", "create"], "kis"),
        (["box", "remove", "nobody-has-this"], "box create"),
        (["box", "create", "a/b"], "a/b"),
        (["result", "list", "--target-dir", "/does/not/exist"], "kiwi.result.json"),
        (
            [
                "--config", "/does/not/exist.yml", "system", "build", "--description", "a", "--target-dir",
                "b",
            ], "exist.yml"
        ),
    ]) func wrongUsageEndsWithTwo(_ arguments: [String], _ text: String) throws {
        let run = try ProgramRun(arguments)
        #expect(run.exitCode == 2)
        #expect(run.messages.contains(text), "\(run.messages)")
        #expect(run.output.isEmpty)
    }

    @Test func optionsOfABuildOverKeptTreesReachIt() throws {
        let run = try ProgramRun([
            "--profile", "p", "system", "stackbuild", "--from-registry", "localhost:1", "--stash", "a",
            "--target-dir", "t", "--description", "/does/not/exist", "--", "--type", "oci",
        ])
        #expect(run.exitCode == 3)
        #expect(run.messages.contains("/does/not/exist"), "\(run.messages)")
    }

    @Test(arguments: ["stackbuild", "boxbuild"]) func commandsThatHandOptionsOverHaveHelp(_ name: String)
        throws
    {
        let run = try ProgramRun(["system", name, "--help"])
        #expect(run.exitCode == 0)
        #expect(
            run.output.contains("USAGE: kiwi system \(name)") || run.output.contains("kiwi system \(name)"))
    }

    @Test func boxesAreListed() throws {
        let run = try ProgramRun(
            ["system", "boxbuild", "--list-boxes"], environment: ["XDG_DATA_HOME": "/does/not/exist"])
        #expect(run.exitCode == 0)
    }

    @Test func aWrongEnvironmentIsWrongUsage() throws {
        let build = ["system", "build", "--description", "a", "--target-dir", "b"]
        #expect(try ProgramRun(build, environment: ["KIWI_SANDBOX": "jail"]).exitCode == 2)
        #expect(try ProgramRun(build, environment: ["SOURCE_DATE_EPOCH": "now"]).exitCode == 2)
    }

    @Test func resultsAreListed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kiwi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let image = folder.appendingPathComponent("a.iso").path
        try Data(count: 2048).write(to: URL(fileURLWithPath: image))
        let json = """
            {"live_image": {"compress": false, "filename": "\(image)", "shasum": true, "use_for_bundle": true},
             "bundle_format": {"pattern": "%N", "tags": {}}}
            """
        try Data(json.utf8).write(to: folder.appendingPathComponent("kiwi.result.json"))
        let text = try ProgramRun("result", "list", "--target-dir", folder.path)
        #expect(text.exitCode == 0)
        #expect(
            text.output
                == "Listing results from \(folder.path)\nResult files:\n--> bundle_format: %N\n--> live_image: \(image)\n"
        )
        let machine = try ProgramRun("result", "list", "--target-dir", folder.path, "--format", "json")
        #expect(machine.output.contains("\"use_for_bundle\" : true"))
        #expect(!machine.output.contains("bundle_format"))
    }

    @Test func resizeSaysWhatItCannotDo() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "kiwi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func run(_ size: String) throws -> ProgramRun {
            try ProgramRun("image", "resize", "--target-dir", folder.path, "--size", size)
        }
        #expect(try run("1g").exitCode == 2)
        let disk = folder.appendingPathComponent("demo.x86_64-1.0.0.raw")
        try Data(count: 1 << 20).write(to: disk)
        let json = """
            {"disk_image": {"compress": true, "filename": "\(disk.path)", "shasum": true, "use_for_bundle": true}}
            """
        try Data(json.utf8).write(to: folder.appendingPathComponent("kiwi.result.json"))
        let smaller = try run("4096")
        #expect(smaller.exitCode == 2 && smaller.messages.contains("cannot be made smaller"))
        let same = try run("1m")
        #expect(same.exitCode == 0 && same.messages.contains("Raw disk is already at 1048576 bytes"))
        #expect(try run("large").exitCode == 2)
    }
}
