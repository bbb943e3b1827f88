import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiToolbox

@Suite struct SandboxTests {
    @Test func aWorkerIsNotToldToMendItsChroot() {
        let outcome = SandboxProbe.Outcome(
            kind: .chroot, refusals: [SandboxProbe.Refusal(kind: .mount, reason: "Invalid argument")])
        let elsewhere = outcome.findings(onWorker: false)
        #expect(elsewhere.map(\.severity) == [.warning] && elsewhere.first?.remedy != nil)
        let there = outcome.findings(onWorker: true)
        #expect(there.map(\.severity) == [.note] && there.first?.remedy == nil)
        #expect(SandboxProbe.Outcome(kind: .mount, refusals: []).findings(onWorker: true).isEmpty)
    }

    @Test func eachCauseHasItsRemedy() {
        func remedy(_ reason: String) -> String? {
            SandboxProbe.explain([SandboxProbe.Refusal(kind: .user, reason: reason)]).first?.remedy
        }
        #expect(
            remedy("the program 'newuidmap' is missing (package uidmap)")?.contains("apt-get install uidmap")
                == true)
        #expect(remedy("/etc/subuid has no range for this user")?.contains("--add-subuids") == true)
    }

    @Test func exitCodesOfSignals() {
        #expect(SynchronousProcess.run(["sh", "-c", "exit 3"]).exitCode == 3)
        #expect(SynchronousProcess.run(["sh", "-c", "kill -TERM $$"]).exitCode == 143)
        #expect(SynchronousProcess.run(["no-such-program"]).exitCode == 127)
    }

    @Test func abandonedFoldersAreFoundAndLivingOnesNot() throws {
        let parent = NSTemporaryDirectory() + "kiwi-private-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(parent) }
        let living = try PrivateFolder.make(in: parent)
        let dead = "\(parent)/.kiwi-work-dead"
        try FileSystem.makeFolder(dead)
        #expect(PrivateFolder.abandoned(in: parent) == [dead])
        living.remove()
        #expect(try FileSystem.names(in: parent) == [".kiwi-work-dead"])
    }

    @Test func aSecondLockNamesTheFirstHolder() throws {
        let path = NSTemporaryDirectory() + "kiwi-lock-\(UUID().uuidString)"
        defer { try? FileSystem.removeTree(path) }
        // Record locks do not exclude the process that holds them: another one must hold it.
        try FileSystem.write("", to: path)
        let script =
            "import fcntl,sys,time\nf=open(sys.argv[1],'r+')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint('held',flush=True)\ntime.sleep(20)"
        guard ToolCheck.find("python3") != nil else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        defer { process.terminate() }
        _ = pipe.fileHandleForReading.availableData
        let error = #expect(throws: Failure.self) { _ = try TargetLock(path) }
        #expect(error?.exitCode == .targetInUse)
        #expect(error?.diagnostics.first?.message.contains("\(process.processIdentifier)") == true)
    }

    @Test func removingStopsAtNothingButMounts() throws {
        let folder = NSTemporaryDirectory() + "kiwi-remove-\(UUID().uuidString)"
        try FileSystem.makeFolder("\(folder)/a/b")
        try FileSystem.write("x", to: "\(folder)/a/b/c")
        symlink("/etc", "\(folder)/a/link")
        chmod("\(folder)/a", 0o500)
        try FileSystem.removeTree(folder)
        #expect(!FileSystem.exists(folder))
        #expect(FileSystem.exists("/etc"))
    }
}
