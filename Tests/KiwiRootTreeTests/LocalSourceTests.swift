import KiwiRootTree
import Testing

/// Which addresses are files of this machine.
@Suite struct LocalSourceTests {
    @Test(arguments: [
        ("/srv/repo", "/srv/repo"), ("file:///srv/key.asc", "/srv/key.asc"), ("dir:/srv/repo", "/srv/repo"),
        ("iso:///srv/cd.iso", "/srv/cd.iso"), ("https://a.example.org/debian/x", "/mirror/debian/x"),
        ("https://b.example.org/debian", nil), ("buildhost:", nil), ("srv/repo", nil), ("iso:cd.iso", nil),
    ]) func addresses(_ text: String, _ path: String?) {
        let mirrors = [MirrorRule(from: "https://a.example.org", to: "file:///mirror")]
        #expect(LocalSource.path(text, mirrors: mirrors) == path)
    }
}
