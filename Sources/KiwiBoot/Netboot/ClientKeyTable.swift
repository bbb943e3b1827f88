import KiwiDiagnostics
import KiwiToolbox

/// The keys of `config.<MAC>` and what they take: the table that the initrd's client reads as well
/// (`55kiwi-netboot/config-keys.tsv`, which explains itself).
public struct ClientKeyTable: Sendable {
    /// A kind of text.
    public struct Field: Sendable {
        public var name: String
        /// The whole text fits this extended regular expression.
        public var pattern: String
        public var meaning: String
        let expression: PosixExpression
    }

    /// How the value of a key is divided.
    public enum Form: String, Sendable {
        /// Items between commas, their fields between semicolons.
        case items
        /// One item, its fields between semicolons.
        case item
        /// Fields between commas.
        case list
        /// One field.
        case value
        /// On when it is not empty.
        case flag
    }

    /// One field of a key.
    public struct Slot: Sendable, Equatable {
        public var field: String
        /// May be missing or empty.
        public var isOptional = false
        /// May come again, as the last one.
        public var repeats = false
    }

    public struct Key: Sendable {
        /// `*` stands for any name.
        public var name: String
        public var form: Form
        public var slots: [Slot]
        public var meaning: String

        func fits(_ name: String) -> Bool {
            guard self.name.hasPrefix("*") else { return self.name == name }
            return name.hasSuffix(self.name.dropFirst()) && name.count >= self.name.count
        }

        /// `device;name;version[;server]...`, as the manual writes it.
        public var usage: String {
            if form == .flag { return "yes" }
            let separator = form == .list ? "," : ";"
            var text = ""
            for (index, slot) in slots.enumerated() {
                let word = (index == 0 ? "" : separator) + slot.field
                text += slot.isOptional ? "[\(word)]" : word
                if slot.repeats { text += "[\(separator)...]" }
            }
            return form == .items ? "\(text)[,...]" : text
        }
    }

    public var fields: [String: Field] = [:]
    public var keys: [Key] = []

    /// The table of this installation.
    public static let installed = Result<ClientKeyTable, Failure> { () throws(Failure) in
        let file = "\(try BootResources.locate().dracutModules)/55kiwi-netboot/config-keys.tsv"
        guard let text = try? FileSystem.readText(file, limit: 1 << 20),
            let table = ClientKeyTable(parsing: text)
        else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "boot-code-missing", "\(file) is missing or damaged",
                    remedy: "install kiwi again, or point KIWI_DATA_DIR at its folder share/kiwi"))
        }
        return table
    }

    /// nil when a line is none of the forms that the table's head explains.
    public init?(parsing text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count == 4 else { return nil }
            if parts[0] == "field" {
                guard let expression = PosixExpression(parts[2]) else { return nil }
                fields[parts[1]] = Field(
                    name: parts[1], pattern: parts[2], meaning: parts[3], expression: expression)
                continue
            }
            guard let form = Form(rawValue: parts[0]) else { return nil }
            let slots = form == .flag ? [] : parts[2].split(separator: " ").map { Slot(String($0)) }
            guard slots.allSatisfy({ fields[$0.field] != nil }) else { return nil }
            keys.append(Key(name: parts[1], form: form, slots: slots, meaning: parts[3]))
        }
    }

    /// What a key takes; nil for a key nobody knows.
    public func key(_ name: String) -> Key? { keys.first { $0.fits(name) } }
}

extension ClientKeyTable.Slot {
    /// `name`, `[name]` or `name+`.
    fileprivate init(_ word: String) {
        isOptional = word.hasPrefix("[")
        repeats = word.hasSuffix("+")
        field = word.trimming { "[]+".contains($0) }
    }
}

extension String {
    /// Without characters of this kind at both ends.
    func trimming(_ isOutside: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isOutside($0) }),
            let last = lastIndex(where: { !isOutside($0) })
        else { return "" }
        return String(self[first...last])
    }
}
