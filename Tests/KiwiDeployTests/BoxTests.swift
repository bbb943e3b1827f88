import KiwiDiagnostics
import KiwiTesting
import Testing

@testable import KiwiDeploy

@Suite struct BoxTests {
    private func job(readable: Set<String> = [], writable: Set<String> = []) -> BoxJob {
        var job = BoxJob(
            arguments: ["system", "build", "--description", "/home/me/a b", "--target-dir", "out"],
            directory: "/home/me", target: "/home/me/out")
        job.readable = readable
        job.writable = writable
        return job
    }

    private func shares(readable: Set<String> = [], writable: Set<String> = []) throws -> [String] {
        try job(readable: readable, writable: writable).shares { !$0.contains(".") }
            .map { "\($0.tag) \($0.folder) \($0.isReadOnly ? "ro" : "rw")" }
    }

    @Test func foldersAreMountedOuterFirst() throws {
        #expect(
            try shares(
                readable: ["/home/me/image", "/home/me/image/keys", "/srv/keys/own.asc", "/srv/repo"],
                writable: ["/home/me/image/cache"])
                == [
                    "kiwi0 /home/me/image ro", "kiwi1 /home/me/image/cache rw", "kiwi2 /srv/keys ro",
                    "kiwi3 /srv/repo ro",
                ])
        // The same folder for both: it can be written to.
        #expect(try shares(readable: ["/srv/a"], writable: ["/srv/a"]) == ["kiwi0 /srv/a rw"])
    }

    @Test(arguments: ["/", "/usr", "/etc/os.release", "/tmp"]) func foldersOfTheBoxItselfAreRefused(
        _ path: String
    ) throws {
        let failure = #expect(throws: Failure.self) { try shares(readable: [path]) }
        #expect(failure?.diagnostics.first?.code == "box-folder")
    }

    @Test func theBoxReadsWordsThatEndWithZero() throws {
        var job = job(readable: ["/srv/repo"])
        job.environment = ["b": "2", "a": "x\ny"]
        let files = job.files(try job.shares { _ in true })
        #expect(
            files["arguments"] == "system\0build\0--description\0/home/me/a b\0--target-dir\0out\0")
        #expect(files["environment"] == "a=x\ny\0b=2\0")
        #expect(files["shares"] == "target\0/home/me/out\0\0kiwi0\0/srv/repo\0ro\0")
        #expect(files["debug"] == nil)
    }

    @Test(arguments: ["", ".hidden", "-x", "a/b", "a b", String(repeating: "a", count: 65)])
    func namesThatAreNoFoldersAreRefused(_ name: String) {
        #expect(throws: Failure.self) { try Box(name, in: "/boxes") }
    }

    @Test func onlyLibrariesThatNoDistributionHasComeAlong() {
        let maps = """
            7f00-7f01 r-xp 00000000 08:01 1   /opt/swift/usr/lib/libFoundation.so
            7f02-7f03 r--p 00000000 08:01 1   /opt/swift/usr/lib/libFoundation.so
            7f04-7f05 r-xp 00000000 08:01 2   /usr/lib/x86_64-linux-gnu/libc.so.6
            7f06-7f07 r-xp 00000000 08:01 3   /usr/local/bin/kiwi
            7f08-7f09 rw-p 00000000 00:00 0   [stack]
            """
        #expect(BoxProgram.libraries(inMaps: maps) == ["/opt/swift/usr/lib/libFoundation.so"])
    }
}
