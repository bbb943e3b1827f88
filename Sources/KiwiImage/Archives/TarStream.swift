import KiwiToolbox

/// A tar archive of a tree as a stream: members that tar cannot make first, then its own.
struct TarStream: Sendable {
    private let tar: TarCall
    /// A file with finished headers; nil when there are none.
    private let headers: String?

    /// A whole tree.
    ///
    /// - Parameters:
    ///   - headers: members without content that come first.
    ///   - scratch: an empty folder for small files, which must last as long as the stream is read.
    init(
        of tree: String, without exclusions: Exclusions, headers: [TarHeader], clock: Int64, scratch: String
    ) throws {
        let names = "\(scratch)/members"
        try TarCall.writeNames(try TarCall.topNames(of: tree, without: exclusions), to: names)
        var tar = TarCall(source: tree, names: names, clock: clock)
        tar.excluded = exclusions.patterns
        self.tar = tar
        self.headers = try Self.write(headers, scratch)
    }

    /// These members only, without what folders hold.
    ///
    /// - Parameter clock: nil: times stay as they are.
    init(of tree: String, only members: [RawPath], headers: [TarHeader], clock: Int64?, scratch: String)
        throws
    {
        let names = "\(scratch)/members"
        try TarCall.writeNames(members, to: names)
        tar = TarCall(source: tree, names: names, recursive: false, clock: clock)
        self.headers = try Self.write(headers, scratch)
    }

    private static func write(_ headers: [TarHeader], _ scratch: String) throws -> String? {
        guard !headers.isEmpty else { return nil }
        let path = "\(scratch)/headers"
        try FileSystem.write(headers.flatMap(\.bytes), to: path)
        return path
    }

    /// The calls that write the stream into a program.
    func call(into reader: ToolCall) -> ToolCall {
        var call = tar.call
        var next = reader
        if let headers { next = ToolCall("cat", [headers, "-"], output: .pipe(to: reader)) }
        call.output = .filtered(TarAttributeOrder.copy, to: next)
        return call
    }
}
