import Foundation
import KiwiDiagnostics
import KiwiToolbox
import Synchronization
import Testing

@Suite struct ExecutorTests {
    /// Writes its text to a file artifact and counts how often it ran.
    private struct WriteText: BuildStep {
        var id: String
        var summary: String { "write \(id)" }
        var text: String
        var needs: [String] = []
        var fails = false
        var warning: String? = nil
        let runs: Counter
        enum CodingKeys: CodingKey { case id, text }
        var reads: [Artifact] { needs.map { .file($0) } }
        var writes: [Artifact] { [.file(id)] }
        var reusable: Bool { true }
        func run(in workspace: Workspace) async throws {
            runs.add(id)
            if let warning { workspace.log.warning(warning) }
            if fails { throw Diagnostic("test-failure", "\(id) fails") }
            var content = text
            for need in needs { content += try FileSystem.readText(try await workspace.file(.file(need))) }
            try FileSystem.write(content, to: try await workspace.newFile(.file(id)))
        }
    }

    private final class Counter: Sendable {
        private let ids = Mutex<[String]>([])
        func add(_ id: String) { ids.withLock { $0.append(id) } }
        var all: [String] { ids.withLock { $0 } }
    }

    private func build(
        _ folder: String, _ steps: [any BuildStep], useCache: Bool = true, log file: String? = nil
    ) async throws -> Workspace {
        let bulk = "\(folder)/bulk-\(UUID().uuidString)"
        try FileSystem.makeFolder(bulk)
        let log = BuildLog()
        if let file { log.open(file) }
        var settings = BuildSettings()
        settings.useCache = useCache
        let workspace = Workspace(
            runner: ProcessRunner(log: log), log: log,
            folders: WorkFolders(target: "", cache: "\(folder)/cache", scratch: bulk, bulk: bulk),
            artifacts: ArtifactStore(folder: bulk),
            layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false), settings: settings)
        try await Executor(plan: BuildPlan(steps: steps), workspace: workspace, commonKey: ["test"]).run()
        return workspace
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "kiwi-executor-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.removeTree(folder) }
        try await body(folder)
    }

    /// Two plans side by side: what both need is made once, and the failure of one is its own.
    @Test(arguments: [true, false]) func plansShareEqualSteps(useCache: Bool) async throws {
        try await withFolder { folder in
            let runs = Counter()
            let outer = try await build(folder, [], useCache: useCache)
            let shared = SharedSteps()
            func plan(_ name: String, fails: Bool) async throws -> String {
                let workspace = try outer.scoped(to: name, target: "")
                let steps = [
                    WriteText(id: "common", text: "c", runs: runs),
                    WriteText(id: "own", text: name, needs: ["common"], fails: fails, runs: runs),
                ]
                try await Executor(
                    plan: BuildPlan(steps: steps), workspace: workspace, commonKey: ["test"], shared: shared
                ).run()
                return try FileSystem.readText(try await workspace.file(.file("own")))
            }
            let bad = Task { try await plan("bad", fails: true) }
            let good = Task { try await plan("good", fails: false) }
            await #expect(throws: (any Error).self) { try await bad.value }
            #expect(try await good.value == "goodc")
            #expect(runs.all.filter { $0 == "common" }.count == 1)
            #expect(runs.all.filter { $0 == "own" }.count == 2)
        }
    }

    /// A common step that fails fails in all plans that need it.
    @Test func aSharedFailureReachesAll() async throws {
        try await withFolder { folder in
            let runs = Counter()
            let outer = try await build(folder, [])
            let shared = SharedSteps()
            for name in ["one", "two"] {
                let workspace = try outer.scoped(to: name, target: "")
                let step = WriteText(id: "common", text: "c", fails: true, runs: runs)
                await #expect(throws: (any Error).self) {
                    try await Executor(
                        plan: BuildPlan(steps: [step]), workspace: workspace, commonKey: ["test"],
                        shared: shared
                    ).run()
                }
            }
            #expect(runs.all == ["common"])
        }
    }

    /// Steps of a second tree use the same names without meeting the first one's artifacts.
    @Test func scopedStepsHaveTheirOwnArtifacts() async throws {
        try await withFolder { folder in
            let runs = Counter()
            let own: [any BuildStep] = [
                WriteText(id: "b", text: "2", needs: ["a"], runs: runs),
                WriteText(id: "a", text: "1", runs: runs),
            ]
            let other: [any BuildStep] = [
                WriteText(id: "b", text: "4", needs: ["a"], runs: runs),
                WriteText(id: "a", text: "3", runs: runs),
            ]
            for _ in 1...2 {
                let workspace = try await build(folder, own + other.map { $0.scoped("second") })
                #expect(try FileSystem.readText(try await workspace.file(.file("b"))) == "21")
                #expect(try FileSystem.readText(try await workspace.file(.file("second.b"))) == "43")
            }
            // The second time everything comes from the cache.
            #expect(runs.all.sorted() == ["a", "a", "b", "b"])
        }
    }

    @Test func scopedStepsSayWhoseTheyAre() throws {
        let step = WriteText(id: "b", text: "2", needs: ["a"], runs: Counter()).scoped("second")
        #expect(step.id == "second.b")
        #expect(step.summary == "second: write b")
        #expect(step.reads == [.file("second.a")])
        #expect(step.writes == [.file("second.b")])
        let bytes = try CanonicalJSON.encode(step)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"id":"b","text":"2"}"#)
    }

    @Test func stepsRunInTheOrderOfTheirArtifacts() async throws {
        try await withFolder { folder in
            let runs = Counter()
            let workspace = try await build(
                folder,
                [
                    WriteText(id: "b", text: "2", needs: ["a"], runs: runs),
                    WriteText(id: "a", text: "1", runs: runs),
                ])
            #expect(runs.all == ["a", "b"])
            #expect(try FileSystem.readText(try await workspace.file(.file("b"))) == "21")
        }
    }

    @Test func unchangedStepsAreReusedAndChangedOnesRunWithAllThatFollows() async throws {
        try await withFolder { folder in
            let runs = Counter()
            func steps(_ text: String) -> [any BuildStep] {
                [
                    WriteText(id: "a", text: "1", runs: runs),
                    WriteText(id: "b", text: text, needs: ["a"], runs: runs),
                    WriteText(id: "c", text: "3", needs: ["b"], runs: runs),
                ]
            }
            _ = try await build(folder, steps("2"))
            _ = try await build(folder, steps("2"))
            #expect(runs.all == ["a", "b", "c"])
            let workspace = try await build(folder, steps("x"))
            #expect(runs.all == ["a", "b", "c", "b", "c"])
            #expect(try FileSystem.readText(try await workspace.file(.file("c"))) == "3x1")
            _ = try await build(folder, steps("x"), useCache: false)
            #expect(runs.all.count == 8)
        }
    }

    @Test func aDamagedEntryIsMadeAgain() async throws {
        try await withFolder { folder in
            let runs = Counter()
            let steps = [WriteText(id: "a", text: "content", runs: runs)]
            _ = try await build(folder, steps)
            let entry = StepCache(cache: "\(folder)/cache").entries().entries[0].entry
            try FileSystem.write("changed", to: "\(folder)/cache/steps/\(entry.key)/files/a")
            let workspace = try await build(folder, steps)
            #expect(runs.all == ["a", "a"])
            #expect(try FileSystem.readText(try await workspace.file(.file("a"))) == "content")
        }
    }

    @Test func whatAStepWarnedOfIsSaidAgain() async throws {
        try await withFolder { folder in
            let runs = Counter()
            let steps = [WriteText(id: "a", text: "1", warning: "look here", runs: runs)]
            for build in ["first", "second"] {
                let workspace = try await self.build(folder, steps, log: "\(folder)/\(build).log")
                let log = try FileSystem.readText("\(folder)/\(build).log")
                #expect(log.split(separator: "\n").filter { $0.hasSuffix("| look here") }.count == 1)
                #expect(try FileSystem.readText(try await workspace.file(.file("a"))) == "1")
            }
            #expect(runs.all == ["a"])
        }
    }

    @Test func aFailureStopsTheRest() async throws {
        try await withFolder { folder in
            let runs = Counter()
            await #expect(throws: Diagnostic.self) {
                _ = try await build(
                    folder,
                    [
                        WriteText(id: "a", text: "1", fails: true, runs: runs),
                        WriteText(id: "b", text: "2", needs: ["a"], runs: runs),
                    ])
            }
            #expect(runs.all == ["a"])
        }
    }

    @Test func plansThatCannotWorkAreRefused() async throws {
        try await withFolder { folder in
            let runs = Counter()
            for steps in [
                [WriteText(id: "a", text: "", needs: ["nobody"], runs: runs)],
                [WriteText(id: "a", text: "", runs: runs), WriteText(id: "a", text: "", runs: runs)],
                [
                    WriteText(id: "a", text: "", needs: ["b"], runs: runs),
                    WriteText(id: "b", text: "", needs: ["a"], runs: runs),
                ],
            ] {
                let error = await #expect(throws: Diagnostic.self) { _ = try await build(folder, steps) }
                #expect(error?.code == "internal-plan")
            }
            #expect(runs.all.isEmpty)
        }
    }

    @Test func missingToolsAreNamedBeforeAnythingRuns() throws {
        let error = #expect(throws: Failure.self) {
            try ToolCheck.require([
                ToolRequirement("no-such-tool-1", package: "one", to: "test"),
                ToolRequirement("no-such-tool-2", package: "two", to: "test"),
                ToolRequirement("sh", package: "dash", to: "test"),
            ])
        }
        #expect(error?.exitCode == .machineLacks)
        #expect(error?.diagnostics.count == 2)
        #expect(error?.diagnostics.first?.remedy == "install it: apt-get install one two")
    }
}
