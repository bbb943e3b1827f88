#if canImport(Glibc)
    import Glibc
#endif

/// The processors this process may use, as nproc counts them.
enum Processors {
    static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
