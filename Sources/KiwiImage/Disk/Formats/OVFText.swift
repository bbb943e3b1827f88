/// XML elements as text, two blanks per level. Pure.
struct OVFElement: Sendable {
    var name: String
    var attributes: [(String, String)] = []
    var text: String?
    var children: [OVFElement] = []

    init(_ name: String, _ attributes: [(String, String)] = [], _ children: [OVFElement] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }

    init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        self.name = name
        self.attributes = attributes
        self.text = text
    }

    /// The element as a document.
    var document: String {
        var result = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(to: &result, indent: "")
        return result
    }

    private func write(to result: inout String, indent: String) {
        result += "\(indent)<\(name)"
        for (name, value) in attributes { result += " \(name)=\"\(Self.escaped(value))\"" }
        if let text {
            result += ">\(Self.escaped(text))</\(name)>\n"
        } else if children.isEmpty {
            result += "/>\n"
        } else {
            result += ">\n"
            for child in children { child.write(to: &result, indent: indent + "  ") }
            result += "\(indent)</\(name)>\n"
        }
    }

    /// Characters that XML cannot hold are left out.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "\n", "\r", "\t": "&#\(scalar.value);"
            case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": ""
            default: String(scalar)
            }
        }.joined()
    }
}

/// What appliances for VMware and VirtualBox have in common.
enum OVF {
    static let namespaces = [
        ("xmlns", "http://schemas.dmtf.org/ovf/envelope/1"),
        ("xmlns:ovf", "http://schemas.dmtf.org/ovf/envelope/1"),
        (
            "xmlns:rasd",
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
        ),
        (
            "xmlns:vssd",
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
        ),
    ]

    static let streamOptimized = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"

    /// What `InstanceID` of an item is counted by.
    struct Items {
        private(set) var elements: [OVFElement] = []

        /// Adds a piece of hardware.
        ///
        /// - Parameters:
        ///   - type: CIM's number of the resource type.
        ///   - fields: further elements without their prefix.
        /// - Returns: its instance id.
        @discardableResult
        mutating func add(
            _ type: Int, _ name: String, _ fields: [String: String] = [:], required: Bool = true,
            settings: [OVFElement] = []
        ) -> String {
            let id = "\(elements.count + 1)"
            var all = fields
            all["ElementName"] = name
            all["InstanceID"] = id
            all["ResourceType"] = "\(type)"
            // The schema wants them in this order.
            let children = all.sorted { $0.key < $1.key }.map { OVFElement("rasd:\($0.key)", text: $0.value) }
            elements.append(
                OVFElement("Item", required ? [] : [("ovf:required", "false")], children + settings))
            return id
        }
    }

    static func references(file: String, bytes: Int64) -> OVFElement {
        OVFElement(
            "References", [],
            [
                OVFElement(
                    "File", [("ovf:href", file), ("ovf:id", "file1"), ("ovf:size", "\(bytes)")])
            ])
    }

    static func system(identifier: String, type: String) -> OVFElement {
        OVFElement(
            "System", [],
            [
                OVFElement("vssd:ElementName", text: "Virtual Hardware Family"),
                OVFElement("vssd:InstanceID", text: "0"),
                OVFElement("vssd:VirtualSystemIdentifier", text: identifier),
                OVFElement("vssd:VirtualSystemType", text: type),
            ])
    }

    static func info(_ text: String) -> OVFElement { OVFElement("Info", text: text) }
}
