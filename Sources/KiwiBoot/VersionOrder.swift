/// The order in which a package manager sorts versions.
public enum VersionOrder: String, Sendable, Codable {
    /// dpkg: `~` before everything, letters before other signs.
    case debian
    /// rpm, also used by pacman: only letters and digits count, `~` first.
    case rpm

    /// The order used by a `<packagemanager>`.
    public init(packageManager: String) { self = packageManager == "apt" ? .debian : .rpm }

    /// Whether `left` is older than `right`.
    public func isOlder(_ left: String, _ right: String) -> Bool {
        switch self {
        case .debian: Self.compareDebian(Array(left.utf8), Array(right.utf8)) < 0
        case .rpm: Self.compareRPM(Array(left.utf8), Array(right.utf8)) < 0
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func compareDebian(_ a: [UInt8], _ b: [UInt8]) -> Int {
        func order(_ text: [UInt8], _ index: Int) -> Int {
            guard index < text.count, !isDigit(text[index]) else { return 0 }
            if text[index] == UInt8(ascii: "~") { return -1 }
            return isLetter(text[index]) ? Int(text[index]) : Int(text[index]) + 256
        }
        var i = 0
        var j = 0
        while i < a.count || j < b.count {
            while (i < a.count && !isDigit(a[i])) || (j < b.count && !isDigit(b[j])) {
                let left = order(a, i)
                let right = order(b, j)
                if left != right { return left - right }
                i += 1
                j += 1
            }
            let result = compareNumbers(a, &i, b, &j)
            if result != 0 { return result }
        }
        return 0
    }

    private static func compareNumbers(_ a: [UInt8], _ i: inout Int, _ b: [UInt8], _ j: inout Int) -> Int {
        func digits(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
            let start = index
            while index < text.count, isDigit(text[index]) { index += 1 }
            return text[min(start, text.count)..<min(index, text.count)].drop { $0 == UInt8(ascii: "0") }
        }
        let left = digits(a, &i)
        let right = digits(b, &j)
        if left.count != right.count { return left.count - right.count }
        return left.lexicographicallyPrecedes(right) ? -1 : (right.lexicographicallyPrecedes(left) ? 1 : 0)
    }

    private static func compareRPM(_ a: [UInt8], _ b: [UInt8]) -> Int {
        let tilde = UInt8(ascii: "~")
        var i = 0
        var j = 0
        while i < a.count || j < b.count {
            while i < a.count, !isDigit(a[i]), !isLetter(a[i]), a[i] != tilde { i += 1 }
            while j < b.count, !isDigit(b[j]), !isLetter(b[j]), b[j] != tilde { j += 1 }
            let leftTilde = i < a.count && a[i] == tilde
            let rightTilde = j < b.count && b[j] == tilde
            if leftTilde || rightTilde {
                if leftTilde != rightTilde { return leftTilde ? -1 : 1 }
                i += 1
                j += 1
                continue
            }
            guard i < a.count, j < b.count else { break }
            if isDigit(a[i]) != isDigit(b[j]) { return isDigit(a[i]) ? 1 : -1 }
            if isDigit(a[i]) {
                let result = compareNumbers(a, &i, b, &j)
                if result != 0 { return result }
                continue
            }
            let left = a[i...].prefix(while: isLetter)
            let right = b[j...].prefix(while: isLetter)
            if left.elementsEqual(right) {
                i += left.count
                j += right.count
                continue
            }
            return left.lexicographicallyPrecedes(right) ? -1 : 1
        }
        return (a.count - i) - (b.count - j)
    }
}
