import KiwiToolbox
import Testing

@Suite struct DerivedIDTests {
    @Test func idsFollowTheirInputs() {
        let id = DerivedID(key: "tree", type: "iso", role: "root")
        #expect(id.uuid == DerivedID(key: "tree", type: "iso", role: "root").uuid)
        #expect(id.uuid != DerivedID(key: "tree2", type: "iso", role: "root").uuid)
        #expect(id.uuid != DerivedID(key: "tree", type: "iso", role: "esp").uuid)
    }

    @Test func uuidsHaveTheRandomForm() {
        let parts = DerivedID(key: "k", type: "iso", role: "r").uuid.split(separator: "-")
        #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
        #expect(parts[2].hasPrefix("4"))
        #expect("89ab".contains(parts[3].first!))
    }

    @Test func mbrIDsHaveFourBytesFromOneTo253() {
        for number in 0..<200 {
            let id = DerivedID(key: "\(number)", type: "iso", role: "mbr").mbrID
            #expect(id.hasPrefix("0x") && id.count == 10)
            for start in stride(from: 2, to: 10, by: 2) {
                let value = Int(String(Array(id)[start...start + 1]), radix: 16)!
                #expect((1...0xfd).contains(value))
            }
        }
    }

    @Test func digestsOfListsDoNotRunTogether() {
        #expect(Digest(ofParts: ["ab", "c"]) != Digest(ofParts: ["a", "bc"]))
        #expect(Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
