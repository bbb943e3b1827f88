import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct MarkupTests {
    static let yaml = """
        # a demo
        image:
          '@schemaversion': 8.5
          '@name': demo
          description: {'@type': system, author: Ada, contact: a, specification: s}
          preferences:
            version: '1.10'
            packagemanager: apt
            rpm-excludedocs: yes
            type:
            - {'@image': oem, '@filesystem': ext4, size: {'@unit': G, '#text': 3}}
          repository: {source: {'@path': 'buildhost:'}}
          packages:
          - '@type': image
            package: [{'@name': kernel}, {'@name': grub2, '@arch': x86_64}]
        """

    static let toml = """
        [image]
        "@schemaversion" = "8.5" # version
        '@name' = "de\\u006Do"
        description = { "@type" = "system", author = "Ada", contact = "a", specification = '''
        s''' }
        repository.source."@path" = "buildhost:"
        [image.preferences]
        version = "1.10"
        packagemanager = "apt"
        rpm-excludedocs = true
        [[image.preferences.type]]
        "@image" = "oem"
        "@filesystem" = "ext4"
        [image.preferences.type.size]
        "@unit" = "G"
        "#text" = 0x3
        [[image.packages]]
        "@type" = "image"
        package = [
            { "@name" = "kernel" },
            { "@name" = "grub2", "@arch" = "x86_64" }, # last
        ]
        """

    static let json = """
        {"image": {"@schemaversion": "8.5", "@name": "demo",
          "description": {"@type": "system", "author": "Ada", "contact": "a", "specification": "s"},
          "preferences": {"version": "1.10", "packagemanager": "apt", "rpm-excludedocs": true,
            "type": [{"@image": "oem", "@filesystem": "ext4", "size": {"@unit": "G", "#text": "3"}}]},
          "repository": {"source": {"@path": "buildhost:"}},
          "packages": [{"@type": "image", "package": [{"@name": "kernel"}, {"@name": "grub2", "@arch": "x86_64"}]}]}}
        """

    @Test(arguments: [
        ("config.yaml", yaml), ("demo.kiwi", yaml), ("config.toml", toml), ("config.json", json),
    ])
    func markupsSayTheSame(_ name: String, _ text: String) throws {
        let image = try TestFolder([name: text]).load(name).resolve(ResolveRequest(architecture: .x86_64))
        #expect(image.name == "demo" && image.version == "1.10" && image.specification == "s")
        #expect(image.type.size?.bytes == 3 << 30)
        #expect(image.rpmExcludeDocs)
        #expect(image.system.packages.map(\.value) == ["grub2", "kernel"])
        #expect(image.repositories.map(\.source.value) == ["buildhost:"])
    }

    @Test(arguments: [
        ("config.yaml", yaml, 11, 38), ("config.toml", toml, 13, 18), ("config.json", json, 4, 48),
    ])
    func mistakesHavePlaces(_ name: String, _ text: String, _ line: Int, _ column: Int) throws {
        let folder = try TestFolder([name: text.replacing("ext4", with: "etx4")])
        let failure = #expect(throws: Failure.self) { try folder.load(name) }
        let errors = failure?.diagnostics.filter { $0.severity == .error } ?? []
        #expect(errors.map(\.code) == ["bad-value"])
        #expect(errors.first?.position?.line == line)
        #expect(errors.first?.position?.column == column)
    }

    @Test(arguments: [
        "a = ", "a = 1 2", "[a", "[a]\n[a]", "a = 1\na = 2", "a = \"x", "a = x", "a = [1", "= 1",
        "a.b = 1\n[a.b]",
        "[[a]]\n[a]\n[a]\nb = \"\\q\"", "a = {b = 1\n}",
    ])
    func brokenTOML(_ text: String) {
        #expect(TOMLReader.read(Array(text.utf8), file: "x").diagnostics.map(\.code) == ["markup-syntax"])
    }

    @Test func deepInputIsRefused() {
        for text in [String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000)] {
            #expect(
                YAMLReader.read(Array(text.utf8), file: "x").diagnostics.map(\.code) == ["nesting-too-deep"])
        }
        let toml = "a = " + String(repeating: "[", count: 100_000)
        #expect(TOMLReader.read(Array(toml.utf8), file: "x").diagnostics.count == 1)
        var bomb = "a0: &a0 [x]\n"
        for level in 1...9 {
            bomb +=
                "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ",")
                + "]\n"
        }
        _ = MarkupConverter.convert(
            YAMLReader.read(
                Array(
                    ("image:\n" + bomb.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")).utf8),
                file: "x"), file: "x")
    }
}
