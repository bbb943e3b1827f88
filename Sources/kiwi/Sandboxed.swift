import KiwiDiagnostics
import KiwiToolbox

/// Runs a build inside the sandbox; with `dryRun` prints its plan.
func performSandboxed(_ request: BuildRequest, observer: any BuildObserver) async throws {
    throw Failure(.machineLacks, Diagnostic("not-built-in", "this program cannot build images yet"))
}

/// Removes what a build left in a target folder, also files of mapped users.
func cleanSandboxed(_ request: CleanRequest, observer: any BuildObserver) async throws {
    throw Failure(.machineLacks, Diagnostic("not-built-in", "this program cannot clean targets yet"))
}

/// Opens a shell in the tree of a target or a root folder.
/// - Returns: the shell's exit code.
func shellSandboxed(_ request: ShellRequest) async throws -> Int32 {
    throw Failure(.machineLacks, Diagnostic("not-built-in", "this program cannot enter trees yet"))
}

/// What the cache holds.
func listCache(_ request: CacheRequest) async throws -> [CacheEntry] {
    throw Failure(.machineLacks, Diagnostic("not-built-in", "this program has no cache yet"))
}

/// Removes entries of the cache and returns those that were removed.
func pruneCache(_ request: CacheRequest) async throws -> [CacheEntry] {
    throw Failure(.machineLacks, Diagnostic("not-built-in", "this program has no cache yet"))
}
