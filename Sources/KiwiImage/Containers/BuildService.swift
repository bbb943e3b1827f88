/// What a worker of the Open Build Service says about the build.
public enum BuildService {
    /// The value of BUILD_DISTURL in the text of `/.buildenv`; nil when there is none.
    public static func sourceAddress(in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("BUILD_DISTURL=") {
            let value = line.dropFirst("BUILD_DISTURL=".count).trimming { $0 == "'" || $0 == "\"" }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = self
        while let first = rest.first, isTrimmed(first) { rest = rest.dropFirst() }
        while let last = rest.last, isTrimmed(last) { rest = rest.dropLast() }
        return rest
    }
}
