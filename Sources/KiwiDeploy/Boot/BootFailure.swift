import KiwiDiagnostics
import KiwiToolbox

extension BootRun.Outcome {
    /// What to tell when the machine did not do what was expected; nil when it did.
    public func failure(image: String, timeoutOption: String = "--timeout") -> Failure? {
        let waited = "after \(tenths(seconds)) s"
        let wanted = missing.map { "'\($0)'" }.joined(separator: ", ")
        let tail = lastLines.filter { !$0.allSatisfy(\.isWhitespace) }
        let notes =
            complaints.prefix(20) + ["last lines of the serial console:"]
            + (tail.isEmpty ? ["(nothing was printed)"] : tail)
        func failed(_ code: String, _ message: String, _ remedy: String?) -> Failure {
            Failure(.buildFailed, Diagnostic(code, message, remedy: remedy, notes: Array(notes)))
        }
        switch end {
        case .met: return nil
        case .lost(let why):
            return failed("boot-failed", "\(image) did not boot: \(why) \(waited)", nil)
        case .timedOut:
            return failed(
                "boot-timeout", "\(image) did not print \(wanted) \(waited)",
                "check the kernel option 'console=ttyS0', or wait longer with \(timeoutOption)")
        case .ended(let code):
            if missing.isEmpty && code == 0 { return nil }
            let how = code == 0 ? "the machine was switched off or restarted" : "QEMU ended with \(code)"
            return failed(
                "boot-ended",
                missing.isEmpty ? "\(how) \(waited)" : "\(how) \(waited) without printing \(wanted)", nil)
        }
    }
}
