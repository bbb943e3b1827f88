#if canImport(Glibc)
    import Glibc
#endif

/// /proc, /sys, /dev and /run of a tree while programs run in it.
///
/// In a user namespace a fresh sysfs and device nodes are refused, so /sys is
/// bound and /dev is a tmpfs with the machine's harmless nodes bound into it
/// (facts: `docs/decisions/sandbox.md`).
enum KernelFileSystems {
    private static let nodes = ["null", "zero", "full", "random", "urandom", "tty"]

    /// Mounts them; returns the mount points in order.
    static func mount(in tree: String, table: MountTable) throws -> [String] {
        var done: [String] = []
        func place(_ name: String) throws -> String {
            let path = "\(tree)/\(name)"
            if !FileSystem.exists(path) { try FileSystem.makeFolder(path) }
            // A symlink here would lead the mount out of the tree.
            guard FileSystem.isRealFolder(path) else { throw FileError("mount at", path, code: ENOTDIR) }
            return path
        }
        do {
            let proc = try place("proc")
            do {
                try table.mount("proc", at: proc, type: "proc", flags: UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC))
            } catch let error as FileError where error.code == EPERM {
                // The machine's /proc is partly masked (containers): only a bind is allowed.
                try table.mount("/proc", at: proc, flags: UInt(MS_BIND | MS_REC))
            }
            done.append(proc)
            let sys = try place("sys")
            try table.mount("/sys", at: sys, flags: UInt(MS_BIND | MS_REC))
            done.append(sys)
            _ = Glibc.mount("none", sys, nil, UInt(MS_SLAVE | MS_REC), nil)
            let dev = try place("dev")
            try table.mount(
                "dev", at: dev, type: "tmpfs", flags: UInt(MS_NOSUID), options: "mode=755,size=16m")
            done.append(dev)
            for node in nodes where FileSystem.exists("/dev/\(node)") {
                let path = "\(dev)/\(node)"
                let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o666)
                if descriptor >= 0 { close(descriptor) }
                try table.mount("/dev/\(node)", at: path, flags: UInt(MS_BIND))
                done.append(path)
            }
            for folder in ["pts", "shm"] { try FileSystem.makeFolder("\(dev)/\(folder)") }
            try table.mount(
                "devpts", at: "\(dev)/pts", type: "devpts", flags: UInt(MS_NOSUID | MS_NOEXEC),
                options: "newinstance,ptmxmode=0666,mode=620,gid=5")
            done.append("\(dev)/pts")
            try table.mount(
                "shm", at: "\(dev)/shm", type: "tmpfs", flags: UInt(MS_NOSUID | MS_NODEV),
                options: "mode=1777")
            done.append("\(dev)/shm")
            let run = try place("run")
            try table.mount(
                "run", at: run, type: "tmpfs", flags: UInt(MS_NOSUID | MS_NODEV), options: "mode=755")
            done.append(run)
            try FileSystem.makeFolder("\(run)/lock", mode: 0o1777)
            for (name, target) in [
                ("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"),
                ("stderr", "fd/2"),
            ] { symlink(target, "\(dev)/\(name)") }
        } catch {
            for target in done.reversed() { try? table.unmount(target) }
            throw error
        }
        return done
    }
}
