import Foundation
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Examines this machine. Everything is tried, nothing is guessed from versions.
public struct Doctor: Sendable {
    /// Folders in which builds need room, with the bytes they usually take.
    public var folders: [(path: String, purpose: String, bytes: Int64)]
    /// Where package managers are looked for in place of this machine.
    public var toolsTree: ToolsTree?
    /// Finds a program; replaced in tests.
    public var find: @Sendable (String) -> String?
    public var exists: @Sendable (String) -> Bool
    /// Tries to stack folders with overlayfs: nil when it works, else why not.
    public var stacking: (@Sendable () async -> String?)?
    /// The step of the sandbox ladder that works here.
    public var sandbox: @Sendable () -> DoctorReport.Check

    public init(cache: String, temporaryFolder: String) {
        folders = [
            (cache, "layers and downloads", 4 << 30), (temporaryFolder, "temporary files", 2 << 30),
        ]
        find = { ToolCheck.find($0) }
        exists = { FileManager.default.fileExists(atPath: $0) }
        stacking = nil
        sandbox = { Self.sandboxCheck() }
    }

    /// Runs all checks.
    public func examine() async -> DoctorReport {
        var checks = [sandbox()]
        if let stacking {
            let reason = await stacking()
            checks.append(
                reason.map {
                    .init("stacking", .note, "layers cannot be stacked and are copied instead: \($0)")
                } ?? .init("stacking", .ok, "layers are stacked with overlayfs"))
        }
        checks += ToolTable.groups.flatMap(tools)
        checks += folders.map { space(at: $0.path, for: $0.purpose, bytes: $0.bytes) }
        checks.append(firmwareCheck())
        checks.append(await accelerationCheck())
        return DoctorReport(checks: checks)
    }

    /// One line for a group that is complete, one for each missing program otherwise.
    func tools(of group: ToolTable.Group) -> [DoctorReport.Check] {
        let state: DoctorReport.State = group.essential ? .missing : .note
        var places = Set<Place>()
        var missing: [DoctorReport.Check] = []
        for tool in group.tools {
            if let place = tool.names.lazy.compactMap(place).first {
                places.insert(place)
                continue
            }
            if let toolsTree, toolsTree.own.contains(tool.tool) {
                missing.append(
                    .init(
                        "tool.\(tool.tool)", state,
                        "'\(tool.tool)' is missing in the tools tree; \(group.name) needs it to \(tool.reason)",
                        remedy: "add its package to the tools tree"))
                continue
            }
            missing.append(
                .init(
                    "tool.\(tool.tool)", state,
                    "'\(tool.tool)' is missing; \(group.name) needs it to \(tool.reason)",
                    remedy: tool.origin.map { "install it from \($0)" }
                        ?? "apt-get install \(tool.debianPackage)"
                ))
        }
        missing += group.files.filter { !exists($0.path) }.map { file in
            DoctorReport.Check(
                "file.\((file.path as NSString).lastPathComponent)", .note,
                "\(file.path) is missing; \(group.name) needs it unless the image's tree brings it",
                remedy: "apt-get install \(file.package)")
        }
        let names = group.tools.map { tool in tool.names.first { place(of: $0) != nil } ?? tool.tool }
            .joined(separator: ", ")
        let note = places.contains(.tree) ? " (in the tools tree)" : ""
        return missing.isEmpty
            ? [.init("tools.\(group.name)", .ok, "\(group.name): \(names)\(note)")] : missing
    }

    private enum Place { case machine, tree }

    /// Where a program comes from: as in a build.
    private func place(of tool: String) -> Place? {
        if let toolsTree, toolsTree.own.contains(tool) { return toolsTree.find(tool) == nil ? nil : .tree }
        if find(tool) != nil { return .machine }
        return toolsTree?.find(tool) == nil ? nil : .tree
    }

    /// Free room in a folder, or in the nearest one above that exists.
    func space(at path: String, for purpose: String, bytes: Int64) -> DoctorReport.Check {
        var folder = path
        while folder != "/", !exists(folder) { folder = (folder as NSString).deletingLastPathComponent }
        var info = statvfs()
        guard statvfs(folder, &info) == 0 else {
            return .init("space.\(path)", .note, "\(path): \(String(cString: strerror(errno)))")
        }
        let free = Int64(info.f_bavail) * Int64(info.f_frsize)
        let text = "\(path) (\(purpose)): \(tenths(Double(free) / Double(1 << 30))) GiB free"
        let enough = free >= bytes
        return .init(
            "space.\(path)", enough ? .ok : .note, text,
            remedy: enough ? nil : "make room for \(bytes >> 30) GiB, or choose another folder")
    }

    func firmwareCheck() -> DoctorReport.Check {
        FirmwareFiles.find(exists: { exists($0) }).map { .init("firmware", .ok, "UEFI firmware: \($0.code)") }
            ?? .init(
                "firmware", .note, "no UEFI firmware for 'kiwi image boot --firmware uefi'",
                remedy: "apt-get install ovmf")
    }

    func accelerationCheck() async -> DoctorReport.Check {
        let kind = MachineKind.x86
        let program = kind.program
        guard find(program) != nil else { return .init("kvm", .note, "not tried: '\(program)' is missing") }
        let probe = await AccelerationProbe.run(kind)
        return probe.acceleration == .kvm
            ? .init("kvm", .ok, "virtual machines run on the processor (KVM)")
            : .init("kvm", .note, "virtual machines are emulated, which is slow: \(probe.reason)")
    }

    /// Tries the sandbox ladder.
    static func sandboxCheck() -> DoctorReport.Check {
        do {
            let outcome = try SandboxProbe.choose(nil)
            let refused = outcome.refusals.map { "; \($0.kind.rawValue) is refused: \($0.reason)" }.joined()
            return .init(
                "sandbox", .ok, "sandbox '\(outcome.kind.rawValue)': \(outcome.kind.summary)\(refused)")
        } catch {
            let first = error.diagnostics.first
            let reasons = first?.notes.joined(separator: "; ") ?? ""
            return .init(
                "sandbox", .missing, "\(first?.message ?? "no sandbox works here"): \(reasons)",
                remedy: first?.remedy)
        }
    }
}
