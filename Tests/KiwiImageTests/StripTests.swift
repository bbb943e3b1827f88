import Foundation
import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct StripTests {
    private func file(_ path: String, _ change: (inout StripFile) -> Void = { _ in }) -> StripFile {
        var file = StripFile(path)
        change(&file)
        return file
    }

    private func link(_ path: String, to target: String) -> StripFile { file(path) { $0.target = target } }

    private func program(_ path: String, needs libraries: [String] = []) -> StripFile {
        file(path) {
            $0.libraries = libraries
            $0.interpreter = "usr/lib64/ld-linux-x86-64.so.2"
        }
    }

    private func script(_ path: String, _ interpreter: String, command: String? = nil) -> StripFile {
        file(path) {
            $0.isScript = true
            $0.interpreter = interpreter
            $0.command = command
        }
    }

    private func library(_ name: String, needs libraries: [String] = []) -> StripFile {
        file("usr/lib/x86_64-linux-gnu/\(name)") { $0.libraries = libraries }
    }

    @Test func roles() {
        #expect(file("usr/sbin/lvm").role == .tool)
        #expect(file("usr/local/bin/x").role == .other)
        #expect(file("usr/lib/libx.so.1").role == .library)
        #expect(file("lib64/ld-linux-x86-64.so.2").role == .library)
        #expect(file("usr/lib/x86_64-linux-gnu/libc.so.6").role == .library)
        #expect(file("usr/lib/x86_64-linux-gnu/security/pam_unix.so").role == .other)
        #expect(file("usr/lib/systemd/libsystemd-core.so").role == .other)
        #expect(file("usr/lib/os-release").role == .other)
        #expect(file("usr/share/lib/a.so").role == .other)
    }

    @Test func whatIsNamedOrNeededStays() {
        let files = [
            link("etc/alternatives/awk", to: "usr/bin/mawk"), link("etc/alternatives/vi", to: "usr/bin/vim"),
            script("init", "usr/bin/sh"), script("usr/bin/awkward", "usr/bin/perl"),
            link("usr/bin/awk", to: "etc/alternatives/awk"), program("usr/bin/dash", needs: ["libc.so.6"]),
            script("usr/bin/findfs", "usr/bin/env", command: "python3"), program("usr/bin/env"),
            program("usr/bin/mawk", needs: ["libm.so.6"]), program("usr/bin/perl", needs: ["libperl.so.5"]),
            program("usr/bin/python3"), link("usr/bin/sh", to: "usr/bin/dash"), program("usr/bin/vim"),
            program("usr/lib/systemd/systemd", needs: ["libown.so.1"]),
            library("libc.so.6"), library("libdl.so.2"), library("libm-2.31.so"),
            library("libm.so.6", needs: ["libdl.so.2"]),
            library("libmad.so.0"), library("libnss_files.so.2"), library("libown.so.1"),
            library("libperl.so.5"),
            file("usr/lib64/ld-linux-x86-64.so.2"), script("usr/share/x/tool", "usr/bin/perl"),
        ]
        let decision = StripDecision(
            files, tools: ["awk", "findfs", "nano"], libraries: ["libnss_*", "libm", "libfoo"])
        #expect(
            decision.removed == [
                "etc/alternatives/vi", "usr/bin/awkward", "usr/bin/perl", "usr/bin/vim",
                "usr/lib/x86_64-linux-gnu/libmad.so.0", "usr/lib/x86_64-linux-gnu/libperl.so.5",
            ])
        #expect(decision.unmatchedTools == ["nano"])
        #expect(decision.unmatchedLibraries == ["libfoo"])
    }

    @Test func aStarKeepsEverything() {
        let files = [program("usr/bin/a"), program("sbin/b"), library("libx.so")]
        #expect(StripDecision(files, tools: ["*"], libraries: ["*"]).removed == [])
        #expect(StripDecision(files, tools: ["a"], libraries: []).removed.count == 2)
    }

    @Test func linksInACircleEnd() {
        let files = [link("usr/bin/a", to: "usr/bin/b"), link("usr/bin/b", to: "usr/bin/a")]
        #expect(StripDecision(files, tools: [], libraries: []).removed == ["usr/bin/a", "usr/bin/b"])
        #expect(StripDecision(files, tools: ["a"], libraries: []).removed == [])
    }

    @Test func theListsKnowEachNameOnce() {
        for list in [StripDefaults.delete, StripDefaults.tools, StripDefaults.libraries] {
            #expect(Set(list).count == list.count)
        }
        #expect(StripDefaults.delete.allSatisfy { $0.hasPrefix("/") && $0.count > 2 })
    }

    // MARK: - Reading

    /// A 64-bit file with a loader and one library.
    private var elf: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 0x200)
        func put(_ place: Int, _ value: Int, _ count: Int) {
            for index in 0..<count { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        }
        bytes.replaceSubrange(0..<4, with: ELFFile.magic)
        bytes[4] = 2
        bytes[5] = 1
        put(32, 64, 8)
        put(54, 56, 2)
        put(56, 3, 2)
        // Type, offset, address, size: everything is loaded at 0x1000.
        for (index, segment) in [(1, 0, 0x1000, 0x200), (3, 0x1c0, 0x11c0, 8), (2, 0x100, 0x1100, 0x40)]
            .enumerated()
        {
            let place = 64 + index * 56
            put(place, segment.0, 4)
            put(place + 8, segment.1, 8)
            put(place + 16, segment.2, 8)
            put(place + 32, segment.3, 8)
        }
        for (index, (tag, value)) in [(1, 1), (5, 0x1180), (0, 0)].enumerated() {
            put(0x100 + index * 16, tag, 8)
            put(0x108 + index * 16, value, 8)
        }
        bytes.replaceSubrange(0x181..<0x18a, with: Array("libx.so.1".utf8))
        bytes.replaceSubrange(0x1c0..<0x1c6, with: Array("/ld.so".utf8))
        return bytes
    }

    @Test func readsWhatAnELFFileNeeds() throws {
        let file = try #require(ELFFile(elf))
        #expect(file.needed == ["libx.so.1"])
        #expect(file.interpreter == "/ld.so")
        #expect(ELFFile(Array("#!/bin/sh\n".utf8)) == nil)
        let program = try #require(ELFFile(try FileSystem.readBytes("/usr/bin/env")))
        #expect(program.needed.contains { $0.hasPrefix("libc.so") })
        #expect(program.interpreter?.contains("ld") == true)
    }

    /// Whatever is in a file, reading it ends.
    @Test func brokenELFFilesAreRead() {
        let whole = elf
        for place in whole.indices {
            for value in [UInt8(0xff), 0x80, 1] {
                var bytes = whole
                bytes[place] = value
                _ = ELFFile(bytes)
            }
            _ = ELFFile(Array(whole[..<place]))
        }
        var bytes = whole
        for place in 4..<bytes.count { bytes[place] = 0xff }
        #expect(ELFFile(bytes)?.needed == [])
    }

    @Test func readsATree() throws {
        let place = try TestPlace()
        defer { place.remove() }
        let root = place.path
        for folder in ["usr/bin", "usr/lib/x86_64-linux-gnu", "srv"] {
            try FileSystem.makeFolder("\(root)/\(folder)")
        }
        try FileSystem.makeLink("\(root)/bin", to: "usr/bin")
        try FileSystem.write(elf, to: "\(root)/usr/bin/x", mode: 0o755)
        try FileSystem.makeLink("\(root)/usr/bin/y", to: "../../bin/x")
        try FileSystem.makeLink("\(root)/usr/bin/z", to: "/../../etc/passwd")
        try FileSystem.write("#!/usr/bin/env -S LANG=C python3 -u\n", to: "\(root)/usr/bin/s", mode: 0o755)
        try FileSystem.write("#! /bin/x\n", to: "\(root)/init", mode: 0o755)
        try FileSystem.write("#!/bin/x\n", to: "\(root)/srv/text")
        try FileSystem.write(elf, to: "\(root)/usr/lib/x86_64-linux-gnu/libx.so.1")
        let files = try StripListing(of: root).files
        func found(_ path: String) throws -> StripFile { try #require(files.first { $0.path == path }) }
        #expect(try found("bin").target == "usr/bin")
        #expect(try found("usr/bin/y").target == "usr/bin/x")
        #expect(try found("usr/bin/z").target == "etc/passwd")
        #expect(try found("usr/bin/s").command == "python3")
        #expect(try found("init").interpreter == "usr/bin/x")
        #expect(try found("srv/text").isScript == false)
        #expect(try found("usr/lib/x86_64-linux-gnu/libx.so.1").libraries == ["libx.so.1"])
        #expect(try found("usr/bin/x").interpreter == "ld.so")
        #expect(StripDecision(files, tools: ["y"], libraries: []).removed == ["usr/bin/s", "usr/bin/z"])
    }

    @Test func deletesPathsButNeverTheTree() throws {
        let place = try TestPlace()
        defer { place.remove() }
        let root = "\(place.path)/tree"
        for folder in ["usr/share/doc/a", "usr/share/man", "usr/lib/x/gconv", "etc"] {
            try FileSystem.makeFolder("\(root)/\(folder)")
        }
        try FileSystem.makeLink("\(root)/lib", to: "usr/lib")
        try FileSystem.makeLink("\(root)/out", to: "../../..")
        #expect(try StripBootTree.delete("/usr/share/do*", from: root))
        #expect(try StripBootTree.delete("lib/*/gconv", from: root))
        #expect(try StripBootTree.delete("out", from: root) == true)
        for pattern in ["/usr/share/doc", "/", "", "..", "/usr/..", "/usr/../..", "/missing/*"] {
            #expect(try StripBootTree.delete(pattern, from: root) == false, "\(pattern)")
        }
        #expect(try FileSystem.names(in: root) == ["etc", "lib", "usr"])
        #expect(try FileSystem.names(in: "\(root)/usr/share") == ["man"])
        #expect(try FileSystem.names(in: "\(root)/usr/lib/x") == [])
    }

    @Test func sayWhereANameStands() {
        let name = Located("nano", at: Position(file: "config.xml", line: 7, column: 9))
        #expect(
            StripBootTree.warning(name)
                == "config.xml:7:9: <strip> names 'nano', which the boot image does not have")
    }
}
