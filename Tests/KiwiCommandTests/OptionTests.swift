import ArgumentParser
import Foundation
import Testing

@testable import kiwi

@Suite struct OptionTests {
    @Test func globalOptionsOnBothSides() throws {
        let parsed = try Kiwi.parseAsRoot([
            "--profile", "a", "--debug", "system", "--profile", "b", "build", "--description", "d",
            "--target-dir=t",
            "--profile", "c", "--type", "iso", "--setenv", "A=b=c",
        ])
        let build = try #require(parsed as? SystemBuild)
        #expect(build.global.profile == ["a", "b", "c"])
        #expect(build.global.debug && build.global.level == 10)
        #expect(build.global.type == ["iso"])
        #expect(build.global.environment == ["A": "b=c"])
    }

    @Test func levels() throws {
        func level(_ arguments: String...) throws -> Int {
            let parsed = try Kiwi.parseAsRoot(["doctor"] + arguments)
            return try #require(parsed as? DoctorCommand).global.level
        }
        #expect(try level() == 20)
        #expect(try level("--loglevel", "0") == 20)
        #expect(try level("--loglevel", "40") == 40)
        #expect(try level("--debug", "--loglevel", "40") == 10)
    }

    @Test func paths() {
        #expect(Paths.absolute("/a/./b//c/../d/") == "/a/b/d")
        #expect(Paths.absolute("/../..") == "/")
        #expect(Paths.absolute("x").hasSuffix("/x"))
        #expect(Paths.cache("/c/") == "/c")
    }

    @Test func sizes() {
        #expect(ByteCount(argument: "10G")?.bytes == 10 << 30)
        #expect(ByteCount(argument: "7m")?.bytes == 7 << 20)
        #expect(ByteCount(argument: "12")?.bytes == 12)
        for wrong in ["", "G", "-1", "1x", "99999999999999T"] { #expect(ByteCount(argument: wrong) == nil) }
        #expect(ByteCount(bytes: 999).text == "999 B")
        #expect(ByteCount(bytes: 1536).text == "1.5 KiB")
        #expect(ByteCount(bytes: 217 << 20).text == "217 MiB")
    }

    @Test func theRequestHoldsEveryOption() throws {
        let parsed = try Kiwi.parseAsRoot([
            "system", "prepare", "--description", "/d", "--root", "/r", "--allow-existing-root",
            "--ignore-repos",
            "--add-repo", "http://a", "--add-repo", "http://b", "--add-repo-credentials", "u:p",
            "--add-package", "x",
            "--delete-package", "y", "--set-type-attr", "a=b=c", "--signing-key", "/k", "--no-cache",
            "--no-tmpfs",
            "--network", "none", "--mirror", "http://a=buildhost:", "--shared-cache-dir", "/cache",
        ])
        let prepare = try #require(parsed as? SystemPrepare)
        var request = try BuildRequest(.prepare, prepare.global)
        try request.take(prepare.prepare)
        #expect(request.allowExistingRoot && request.overrides.ignoreRepositories && !request.clearCache)
        #expect(request.overrides.addRepositories == ["http://a", "http://b"])
        #expect(request.overrides.addRepositoryCredentials == ["u:p"])
        #expect(request.overrides.addPackages == ["x"] && request.overrides.deletePackages == ["y"])
        #expect(request.overrides.setTypeAttributes == ["a=b=c"])
        #expect(
            !request.useCache && !request.useTmpfs && request.network == .none && request.cache == "/cache")
        #expect(request.configuration.mirrors.first?.to == "buildhost:")
    }

    /// KIWI's own boxes are given `8G` or `8`.
    @Test(
        arguments: [
            ("8", 8192), ("8G", 8192), ("8GB", 8192), ("8gib", 8192), ("512M", 512), ("511M", nil),
            ("12q", nil),
            ("", nil), ("-8G", nil),
        ] as [(String, Int?)]) func memoryOfABox(_ text: String, _ mebibytes: Int?)
    {
        #expect(SystemBoxbuild.mebibytes(text) == mebibytes)
    }
}
