import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Finds the first step of the ladder that works here, by doing it.
public enum SandboxProbe {
    /// Why one step does not work.
    public struct Refusal: Sendable {
        public var kind: SandboxKind
        public var reason: String
    }

    /// The chosen step and what was refused before it.
    public struct Outcome: Sendable {
        public var kind: SandboxKind
        public var refusals: [Refusal]

        /// What this machine lacks, when a better step was refused.
        public var findings: [Diagnostic] { findings(onWorker: Caller.isBuildServiceWorker) }

        /// - Parameter onWorker: whether this is a worker of the Open Build Service, whose build root is a chroot by
        ///   design and used for one build only: there is nothing to mend.
        func findings(onWorker: Bool) -> [Diagnostic] {
            guard !refusals.isEmpty else { return [] }
            if onWorker {
                return [
                    Diagnostic("sandbox-step", .note, at: nil, "working with \(kind.summary) on a worker")
                ]
            }
            return [
                Diagnostic(
                    "sandbox-step", .warning, at: nil,
                    "working with \(kind.summary): this machine refuses what would isolate the build better",
                    remedy: SandboxProbe.remedy(for: refusals),
                    notes: SandboxProbe.notes(on: refusals))
            ]
        }
    }

    /// - Parameter wanted: nil for automatic, else exactly this step.
    /// - Throws: `Failure` (exit code 4) that names what would mend it.
    public static func choose(_ wanted: SandboxKind?) throws(Failure) -> Outcome {
        let ladder: [SandboxKind] =
            if let wanted { [wanted] } else if geteuid() == 0 { [.mount, .chroot, .none] } else { [.user] }
        var refusals: [Refusal] = []
        for kind in ladder {
            guard let reason = refusal(of: kind) else { return Outcome(kind: kind, refusals: refusals) }
            refusals.append(Refusal(kind: kind, reason: reason))
        }
        throw Failure(.machineLacks, explain(refusals))
    }

    /// What prevents this step; nil when it works.
    public static func refusal(of kind: SandboxKind) -> String? {
        if kind != .none, ToolCheck.find("unshare") == nil {
            return "the program 'unshare' is missing (package util-linux)"
        }
        if kind == .user {
            for tool in ["newuidmap", "newgidmap"] where ToolCheck.find(tool) == nil {
                return "the program '\(tool)' is missing (package uidmap)"
            }
            if let reason = SubordinateIDs.refusal() { return reason }
        } else if geteuid() != 0 {
            return "only root can use it"
        }
        guard let arguments = kind.unshareArguments else { return plainRefusal() }
        // What a build does first: a tmpfs, and proc in the new pid namespace.
        let probe = SynchronousProcess.run(
            [ToolCheck.find("unshare") ?? "unshare"] + arguments
                + ["--", "/bin/sh", "-c", "mount -t tmpfs -o mode=755 kiwi-probe /mnt"])
        return probe.exitCode == 0 ? nil : probe.output.trimmingLines(to: 3)
    }

    /// Without namespaces only the right to mount matters.
    private static func plainRefusal() -> String? {
        var template = Array("/tmp/kiwi-probe.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return "no folder can be made in /tmp" }
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { rmdir(path) }
        guard mount("kiwi-probe", path, "tmpfs", 0, "mode=755") == 0 else {
            return "mounting is refused: \(String(cString: strerror(errno)))"
        }
        umount2(path, Int32(MNT_DETACH))
        return nil
    }

    /// Turns the refusals into findings with the command that mends each known cause.
    static func explain(_ refusals: [Refusal]) -> [Diagnostic] {
        [
            Diagnostic(
                "no-sandbox", "this machine refuses every sandbox that a build could use",
                remedy: remedy(for: refusals), notes: notes(on: refusals))
        ]
    }

    fileprivate static func notes(on refusals: [Refusal]) -> [String] {
        refusals.map { "\($0.kind.rawValue) (\($0.kind.summary)): \($0.reason)" }
    }

    /// The command that mends the cause of the last refusal.
    fileprivate static func remedy(for refusals: [Refusal]) -> String {
        let last = refusals.last?.reason ?? ""
        func kernel(_ name: String) -> String? {
            (try? FileSystem.readText("/proc/sys/\(name)"))?.split(separator: "\n").first.map(String.init)
        }
        let user = String(cString: getpwuid(getuid())?.pointee.pw_name ?? strdup("USER"))
        if last.contains("uidmap") {
            return "install it: apt-get install uidmap"
        } else if last.contains("/etc/sub") {
            return
                "give the user a range, as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)"
        } else if kernel("kernel/apparmor_restrict_unprivileged_userns") == "1" {
            return
                "AppArmor restricts user namespaces: install kiwi's AppArmor profile or run, as root, sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        } else if kernel("kernel/unprivileged_userns_clone") == "0" {
            return "allow user namespaces, as root: sysctl kernel.unprivileged_userns_clone=1"
        } else if geteuid() == 0, kernel("user/max_mnt_namespaces") == "0" {
            return "allow mount namespaces, as root: sysctl user.max_mnt_namespaces=15000"
        } else if kernel("user/max_user_namespaces") == "0" {
            return "allow user namespaces, as root: sysctl user.max_user_namespaces=15000"
        } else {
            return
                "in a container, allow it: podman run --security-opt seccomp=unconfined --security-opt unmask=ALL ..., docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined ..., or as root with --cap-add SYS_ADMIN"
        }
    }
}

extension String {
    /// At most so many lines, without empty ones.
    func trimmingLines(to count: Int) -> String {
        split(separator: "\n").prefix(count).joined(separator: "; ")
    }
}
