import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension BuildSession {
    /// Everything about this machine that can be known before the work starts, all at once.
    func checkMachine() throws {
        var findings: [Diagnostic] = []
        var exitCode = KiwiDiagnostics.ExitCode.machineLacks
        do {
            try request.toolsTree?.check(folders: seenByTools)
            let foreign = try ForeignPrograms.needed(
                for: image.architecture.rawValue, on: Architecture.host.rawValue)
            try ToolCheck.require(plan.tools, toolsTree: request.toolsTree)
            // A rule of the machine may have an interpreter of another name.
            if let foreign, !Caller.current.isRoot { try ToolCheck.require([foreign.requirement]) }
        } catch {
            exitCode = error.exitCode
            findings += error.diagnostics
        }
        if request.operation == .prepare, FileSystem.exists(request.root!), !request.allowExistingRoot {
            exitCode = .usage
            findings.append(
                Diagnostic(
                    "root-exists", "the root tree \(request.root!) exists already",
                    remedy:
                        "choose another --root, remove it with 'kiwi system clean --root \(request.root!)', or add --allow-existing-root"
                ))
        }
        findings += SpaceCheck.findings(minimumNeeds)
        if !findings.isEmpty { throw Failure(exitCode, findings) }
    }

    /// Folders that programs work in.
    private var seenByTools: [String] {
        [request.bulkParent, request.cache, request.temporaryFolder, request.target, request.root].compactMap
        { $0 }
    }

    /// What any build of this kind needs before its real size is known.
    private var minimumNeeds: [SpaceCheck.Need] {
        [
            SpaceCheck.Need(folder: request.bulkParent, bytes: 64 << 20, purpose: "results"),
            SpaceCheck.Need(folder: request.cache, bytes: 64 << 20, purpose: "the cache"),
        ]
    }

    /// For `create` and `update`: the plain folder as the finished layer, with a key made of its content.
    func adoptGivenTree(in workspace: Workspace) async throws {
        guard request.usesGivenTree else { return }
        workspace.layers.adopt(.configurationLayer, folder: request.root!)
        let listing = try TreeListing(of: request.root!, withContent: true)
        await workspace.artifacts.setGivenKey(.configurationLayer, listing.digest)
        let recorded = BuildPlanner.recorded.filter(plan.given.contains)
        let missing = await TreeRecord.restore(recorded, from: request.root!, in: workspace)
        if missing.contains(.deviceNodes) { try await workspace.set(.deviceNodes, [DeviceNode]()) }
        if missing.contains(.usedRepositories) {
            try await workspace.set(.usedRepositories, [UsedRepository]())
        }
        guard recorded.contains(.clock) else { return }
        if let epoch = request.sourceDateEpoch {
            try await workspace.set(.clock, epoch)
        } else if missing.contains(.clock) {
            // A tree that another program prepared: the time of its package database is the best we know.
            let status = ["var/lib/dpkg/status", "usr/lib/sysimage/rpm", "var/lib/rpm"].lazy
                .compactMap { FileSystem.changeTime(of: "\(request.root!)/\($0)") }.first
            try await workspace.set(.clock, status ?? 0)
        }
    }

    /// The error as the user sees it: where the log is and how to look inside.
    ///
    /// - Parameter name: which of several builds it is.
    func explained(_ error: any Error, log: BuildLog, name: String? = nil) -> Failure {
        var failure = Report.asFailure(error)
        failure.diagnostics = failure.diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.message = (name.map { "\($0): " } ?? "") + log.masked(diagnostic.message)
            diagnostic.notes = diagnostic.notes.map(log.masked)
            return diagnostic
        }
        for diagnostic in failure.diagnostics {
            for note in diagnostic.notes { log.debug(note) }
            log.debug(diagnostic.description)
        }
        failure.diagnostics.append(
            Diagnostic("log", .note, at: nil, "the complete log is \(logFile)", remedy: shellHint))
        return failure
    }

    private var shellHint: String? {
        guard let target = request.target, FileSystem.exists(FailedTree.folder(target: target)) else {
            return nil
        }
        return "look into the tree: kiwi system shell --target-dir \(target)"
    }
}
