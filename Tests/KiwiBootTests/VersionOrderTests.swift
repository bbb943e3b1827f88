import KiwiBoot
import Testing

@Suite struct VersionOrderTests {
    @Test(arguments: [
        ("6.1.0-9-amd64", "6.1.0-10-amd64"), ("6.1.0-49-amd64", "6.10.0-1-amd64"), ("6.1~rc1", "6.1"),
        ("1.0", "1.0a"),
    ])
    func debian(_ older: String, _ newer: String) {
        #expect(VersionOrder.debian.isOlder(older, newer))
        #expect(!VersionOrder.debian.isOlder(newer, older))
        #expect(!VersionOrder.debian.isOlder(older, older))
    }

    @Test(arguments: [
        ("5.14.0-70.el9", "5.14.0-284.el9"), ("6.4.0-150600.9-default", "6.4.0-150600.23-default"),
        ("1.0~rc1", "1.0"),
        ("1.a", "1.1"),
    ])
    func rpm(_ older: String, _ newer: String) {
        #expect(VersionOrder.rpm.isOlder(older, newer))
        #expect(!VersionOrder.rpm.isOlder(newer, older))
    }
}
