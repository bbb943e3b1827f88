import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct SchemaTests {
    /// 278 pairs are of schema 8.5 itself, three came with KIWI 11.1.
    @Test func theTableIsComplete() {
        #expect(Schema.elements.count == 111)
        #expect(Schema.elements.values.map(\.attributes.count).reduce(0, +) == 281)
    }

    @Test func everyElementCanBeReached() {
        for element in Schema.elements.values {
            for child in element.children { #expect(Schema.elements[child.name] != nil, "\(child.name)") }
            if element.name != "image" {
                #expect(!Schema.parents(of: element.name).isEmpty, "\(element.name)")
            }
        }
    }

    @Test func everyEntryIsDocumented() {
        for element in Schema.elements.values {
            #expect(element.summary.count > 5 && element.summary.hasSuffix("."), "\(element.name)")
            for attribute in element.attributes {
                #expect(
                    attribute.summary.count > 5 && attribute.summary.hasSuffix("."),
                    "\(element.name) \(attribute.name)")
                #expect(attribute.summary != "TODO.", "\(element.name) \(attribute.name)")
            }
        }
    }

    /// Former names are no names of today, and lead to some.
    @Test func formerNamesAreGone() throws {
        for former in Schema.formerNames {
            let place = "\(former.element) \(former.attribute ?? "")"
            #expect(former.until.contains(#/^[2-8]\.[0-9]$/#), "\(place)")
            if let attribute = former.attribute {
                let element = try #require(Schema.elements[former.element], "\(place)")
                #expect(element.attribute(attribute) == nil, "\(place)")
                if let successor = former.successor {
                    #expect(element.attribute(successor) != nil, "\(place)")
                }
            } else {
                #expect(Schema.elements[former.element] == nil, "\(place)")
                if let successor = former.successor { #expect(Schema.elements[successor] != nil, "\(place)") }
            }
        }
        #expect(Set(Schema.formerNames).count == Schema.formerNames.count)
    }

    /// A current description with old names hears what they are called, and is mended where that is certain.
    @Test func formerNamesAreRecognised() throws {
        var sample = Sample()
        sample.type = #"image="oem" filesystem="btrfs" vga="791" btrfs_root_is_snapshot="true""#
        sample.typeContent = #"<bootloader name="grub2" console="serial"/><pxedeploy/>"#
        do {
            _ = try sample.load()
            Issue.record("nothing was refused")
        } catch let failure as Failure {
            let texts = failure.diagnostics.map {
                "\($0.message); \($0.remedy ?? "")\($0.fix == nil ? "" : " !")"
            }
            #expect(
                texts == [
                    "the attribute 'vga' of <type> is gone since schema 8.5; remove it; the mode of the loader is <bootloader video_mode=\"...\">",
                    "the attribute 'btrfs_root_is_snapshot' of <type> is gone since schema 8.3; write 'btrfs_root_is_snapper_snapshot' !",
                    "the attribute 'console' of <bootloader> is gone since schema 8.4; write 'output_console', and 'input_console' for its second word",
                    "the element <pxedeploy> is gone since schema 7.0; remove it; 'kiwi description upgrade' keeps what it said for old clients",
                ])
        }
        #expect(try Explanation.text(for: "vga").contains("8.5"))
        #expect(try Explanation.text(for: "bootloader/console").contains("output_console"))
    }

    @Test func defaultsAreAllowedValues() {
        for element in Schema.elements.values {
            for attribute in element.attributes {
                guard let value = attribute.defaultValue else { continue }
                #expect(attribute.type.accepts(value), "\(element.name) \(attribute.name) \(value)")
            }
        }
    }

    @Test(arguments: [
        (ValueType.boolean, ["true", "0"], ["True", "", " true", "yes"]),
        (.integer(minimum: 0), ["0", " 7 ", "+1"], ["-1", "", "a", "1.5"]),
        (.identifier(maximum: 3), ["a_b", " a "], ["", "abcd", "ä", "a b"]),
        (.volumeSize, ["1", "2G", "all"], ["2T", "", "G"]),
        (.blocks, ["", "7", "all"], ["x"]),
        (.locales, ["C", "POSIX,de_DE", "en_US,de_DE"], ["de", "en_US.UTF-8", "de_DE,C"]),
        (.groups, ["root", "a:1,b"], ["", "a,", "a b"]),
        (.port, ["80", "80/tcp"], ["80/", "x", "80/sctp", ""]),
        (.macAddress, ["00:1a:2B:00:00:00"], ["00:00", "0g:00:00:00:00:00"]),
        (.uuid, ["0123abcd-0000-1111-2222-0123456789ab"], ["0123ABCD-0000-1111-2222-0123456789ab", "1"]),
        (.fourPartVersion, ["1.0.65535.2"], ["1.0.0", "01.0.0.0", "1.0.0.65536"]),
        (.outputConsoles, ["serial gfxterm", "none"], ["serial,gfxterm", "serial none"]),
        (.architectures, ["x86_64,ix86"], ["x86_64, ix86", "noarch", "loongarch64"]),
        (.diskFormat, ["qcow2", "oci:raw"], ["raw", "oci:vagrant"]),
        (.keyLocation, ["file:///k", "this://k"], ["/k", "ssh://k"]),
        (.mediaText, ["SUSE LINUX GmbH"], ["", "ü"]),
    ])
    func values(_ type: ValueType, _ good: [String], _ bad: [String]) {
        for value in good { #expect(type.accepts(value), "\(value)") }
        for value in bad { #expect(!type.accepts(value), "\(value)") }
    }
}
