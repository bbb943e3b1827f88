import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox

/// The files that a medium is made of, found by the names that builds of 2007 and of today give them.
struct MediumSource: Sendable {
    var kernel: String
    /// The words that the system image wants, its root first.
    var words: String

    /// Endings of initrds, longest first.
    private static let endings = [".initrd.xz", ".initrd.gz", ".initrd", ".gz", ".xz"]

    /// A path without the ending that makes it an initrd.
    public static func stem(_ initrd: String) -> String {
        let ending = endings.first { initrd.hasSuffix($0) && FileSystem.name(of: initrd) != $0 }
        return ending.map { String(initrd.dropLast($0.count)) } ?? initrd
    }

    init(_ request: MediumRequest) throws(Failure) {
        var files = [("initrd", request.initrd)]
        if let kernel = request.kernel { files.append(("kernel", kernel)) }
        switch request.purpose {
        case .initrdAlone: break
        case .system(let path), .installation(let path): files.append(("system image", path))
        }
        for (what, path) in files where !FileSystem.isRegularFile(path) {
            throw Self.wrong("no-file", "there is no \(what) '\(path)'", "name the file of a build")
        }
        if let written = request.kernel {
            kernel = written
        } else {
            kernel = try Self.kernel(beside: request.initrd)
        }
        words = (try? FileSystem.readText("\(Self.stem(request.initrd)).append", limit: 1 << 16)) ?? ""
        words = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `NAME-KVER.kernel` of today, `NAME.kernel.KVER` and `NAME.kernel` of 2007.
    private static func kernel(beside initrd: String) throws(Failure) -> String {
        let stem = stem(initrd)
        let (folder, name) = (FileSystem.parent(of: stem), FileSystem.name(of: stem))
        let found = ((try? FileSystem.names(in: folder)) ?? []).filter {
            $0.hasPrefix("\(name).kernel") || $0.hasPrefix("\(name)-") && $0.hasSuffix(".kernel")
        }
        guard found.count == 1 else {
            throw wrong(
                "medium-kernel",
                found.isEmpty
                    ? "there is no kernel beside \(initrd)"
                    : "there are several kernels beside \(initrd): \(found.joined(separator: ", "))",
                "name it: --kernel FILE")
        }
        return "\(folder)/\(found[0])"
    }

    static func wrong(_ code: String, _ message: String, _ remedy: String) -> Failure {
        Failure(.usage, Diagnostic(code, message, remedy: remedy))
    }
}

extension MediumRequest {
    /// The name of an initrd without its ending: names of media begin with it.
    public static func stem(ofInitrd path: String) -> String { MediumSource.stem(path) }
}
