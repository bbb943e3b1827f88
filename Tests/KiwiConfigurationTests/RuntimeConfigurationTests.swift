import KiwiDiagnostics
import Testing

@testable import KiwiConfiguration

@Suite struct RuntimeConfigurationTests {
    private func merge(_ texts: String...) -> (RuntimeConfiguration, [Diagnostic]) {
        RuntimeConfiguration.merge(texts.enumerated().map { ("f\($0.offset).yml", $0.element) })
    }

    @Test func tablesAndListsMeanTheSame() {
        let new = merge(
            "xz:\n  options: '-T 2'\nobs:\n  public: false\nbuild_constraints:\n  max_size: 700m\n")
        let old = merge(
            "xz:\n  - options: '-T 2'\nobs:\n  - public: false\nbuild_constraints:\n  - max_size: 700m\n")
        #expect(new.1.isEmpty && old.1.isEmpty)
        #expect(new.0 == old.0)
        #expect(new.0.xzOptions == ["-T", "2"])
        #expect(new.0.obsPublic == false)
        #expect(new.0.maximumSize == 700 << 20)
    }

    @Test func laterFilesWinUnlessEmptyOrFalse() {
        let (merged, findings) = merge(
            "bundle:\n  compress: true\nshasum:\n  size: '512'\nruntime_checks:\n  disable: [check_b, a]\n",
            "bundle:\n  compress: false\nshasum:\n  size: ''\nruntime_checks:\n  disable: [c, a]\n")
        #expect(findings.isEmpty)
        #expect(merged.bundleCompress == true)
        #expect(merged.checksumSize == 512)
        #expect(merged.bundleChecksumSize == 512)
        #expect(merged.disabledChecks == ["a", "c", "check_b"])
        #expect(merged.disabledCheckNames == ["check_a", "check_b", "check_c"])
    }

    @Test func aSingleFalseCounts() {
        #expect(merge("bundle:\n  has_package_changes: false\n").0.packageChanges == false)
        #expect(merge("cache:\n  scripts: false\n").0.cacheScripts == false)
    }

    @Test func layersOfContainers() {
        #expect(merge("").0.containerLayers == .one)
        #expect(merge("container:\n  layers: packages\n").0.containerLayers == .packages)
    }

    @Test func mirrorsAreATable() {
        let (merged, findings) = merge(
            "mirrors:\n  http://a.example/debian: 'buildhost:'\n",
            "mirrors:\n  http://b.example/: http://c.example/\n")
        #expect(findings.isEmpty)
        #expect(merged.mirrors.map(\.from) == ["http://a.example/debian", "http://b.example/"])
        #expect(merged.mirrors[0].to == "buildhost:")
    }

    @Test func unknownKeysWarnWithTheirPlace() {
        let (_, findings) = merge("bundle:\n  compres: true\n")
        #expect(findings.map(\.code) == ["configuration-unknown"])
        #expect(findings[0].severity == .warning)
        #expect(findings[0].position == Position(file: "f0.yml", line: 2, column: 3, length: 7))
        #expect(findings[0].remedy == "write 'bundle.compress'")
    }

    @Test func knownKeysWithoutEffectAreNoted() {
        let (_, findings) = merge("oci:\n  - archive_tool: buildah\n")
        #expect(findings.map(\.code) == ["configuration-no-effect"])
    }

    @Test(arguments: [
        ("bundle:\n  compress: maybe\n", "configuration-value"),
        ("shasum:\n  size: 128\n", "configuration-value"),
        ("build_constraints:\n  max_size: 3x\n", "configuration-value"),
        ("build_constraints:\n  max_size: 99999999999g\n", "configuration-value"),
        ("runtime_checks:\n  disable: [[a]]\n", "configuration-value"),
        ("mirrors:\n  a: [b]\n", "configuration-value"),
        ("container:\n  layers: 2\n", "configuration-value"),
        ("- a\n", "configuration-form"),
        ("xz: text\n", "configuration-form"),
        ("xz:\n  - text\n", "configuration-form"),
        ("xz: [\n", "configuration-syntax"),
    ]) func mistakesAreErrors(_ text: String, _ code: String) {
        let (_, findings) = merge(text)
        #expect(
            findings.contains { $0.code == code && $0.severity == .error && $0.position != nil },
            "\(findings)")
    }

    @Test func emptyFilesAreFine() {
        #expect(merge("", "# nothing\n", "xz:\n").1.isEmpty)
    }

    @Test func aliasBombsEnd() {
        var text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        for (before, name) in zip("abcdefgh", "bcdefghi") {
            text +=
                "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 10).joined(separator: ",")
                + "]\n"
        }
        let (_, findings) = merge(text)
        #expect(findings.contains { $0.message.contains("10000") })
    }

    @Test func filesComeInKiwisOrder() {
        let files = RuntimeConfiguration.searchPath(home: "/home/u", custom: "/x.yml") {
            ["\($0)/1.yml", "\($0)/2.yml"]
        }
        #expect(
            files == [
                "/usr/share/kiwi/kiwi.yml", "/usr/share/kiwi/kiwi.yml.d/1.yml",
                "/usr/share/kiwi/kiwi.yml.d/2.yml",
                "/etc/kiwi.yml", "/etc/kiwi.yml.d/1.yml", "/etc/kiwi.yml.d/2.yml",
                "/home/u/.config/kiwi/config.yml",
                "/x.yml",
            ])
    }

    @Test func aMissingCustomFileIsWrongUsage() throws {
        let failure = try #require(throws: Failure.self) {
            try RuntimeConfiguration.load(home: "/nonexistent", custom: "/nonexistent.yml")
        }
        #expect(failure.exitCode == .usage)
    }
}
