import Testing

@testable import KiwiRootTree

@Suite struct DebianCopyrightTests {
    @Test func namesAreReadOnce() {
        let text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

            Files: *
            License: GPL-2+
             License: not a field

            Files: debian/*
            License:   Expat   or  ISC

            License: GPL-2+
             The text.
            """
        #expect(DebianCopyright.licenses(in: Array(text.utf8)) == ["GPL-2+", "Expat or ISC"])
        #expect(DebianCopyright.licenses(in: Array("This is free.\nLicense: GPL\n".utf8)).isEmpty)
    }
}
