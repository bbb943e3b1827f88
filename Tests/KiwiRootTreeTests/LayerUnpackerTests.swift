import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct LayerUnpackerTests {
    private let folder = NSTemporaryDirectory() + "kiwi-layers-\(UUID().uuidString)"

    /// Lays archives over each other; they are made by a shell script each, with `$out` as output.
    private func unpack(_ scripts: [String], space: Int64 = 1 << 30) throws -> String {
        let root = "\(folder)/root"
        try FileSystem.makeFolder(root)
        var unpacker = LayerUnpacker(root: root, space: space)
        for (index, script) in scripts.enumerated() {
            let work = "\(folder)/\(index)"
            try FileSystem.makeFolder(work)
            let all = "set -e; cd '\(work)'; umask 022; out='\(folder)/\(index).tar'; \(script)"
            _ = try #require(ToolOutput.of("bash", ["-c", all]))
            let descriptor = open("\(folder)/\(index).tar", O_RDONLY)
            defer { close(descriptor) }
            let digest = try unpacker.apply(descriptor)
            #expect(try digest == Digest(ofFile: "\(folder)/\(index).tar"))
        }
        unpacker.finish()
        return root
    }

    private func list(_ root: String) throws -> [String] {
        let text = try #require(ToolOutput.of("find", [root, "-mindepth", "1", "-printf", "%P\\n"]))
        return text.split(separator: "\n").map(String.init).sorted()
    }

    private func remove() { try? FileSystem.removeTree(folder) }

    /// Member owners are those of the caller, who may not give files away.
    private func tar(_ options: String = "") -> String { "tar --numeric-owner \(options) -cf $out" }

    @Test(arguments: ["gnu", "pax", "ustar"]) func everyKindOfMember(_ format: String) throws {
        defer { remove() }
        let long = String(repeating: "d", count: 60)
        let root = try unpack([
            """
            mkdir -p \(long)/\(long) sub; echo text > \(long)/\(long)/file; ln \(long)/\(long)/file sub/hard
            ln -s ../\(long) sub/soft; mkfifo sub/pipe; chmod 4751 sub/hard; touch -d @1000 sub/hard
            chmod 700 sub; touch -d @2000 sub; touch -h -d @3000 sub/soft
            \(tar("--format=\(format)")) sub \(long)
            """
        ])
        #expect(try list(root).count == 7)
        #expect(try FileSystem.readText("\(root)/sub/hard") == "text\n")
        #expect(FileSystem.mode(of: "\(root)/sub/hard") == 0o4751)
        #expect(FileSystem.mode(of: "\(root)/sub") == 0o700)
        #expect(FileSystem.changeTime(of: "\(root)/sub") == 2000)
        #expect(FileSystem.changeTime(of: "\(root)/\(long)/\(long)/file") == 1000)
        #expect(TreePath.readLink("\(root)/sub/soft") == "../\(long)")
        var facts = stat()
        #expect(lstat("\(root)/sub/hard", &facts) == 0 && facts.st_nlink == 2)
        #expect(lstat("\(root)/sub/soft", &facts) == 0 && facts.st_mtim.tv_sec == 3000)
    }

    @Test(arguments: ["0.0", "1.0"]) func filesWithHoles(_ form: String) throws {
        defer { remove() }
        let root = try unpack([
            """
            truncate -s 8M holes; echo start | dd of=holes conv=notrunc status=none
            echo end | dd of=holes bs=1M seek=5 conv=notrunc status=none
            \(tar("--format=pax --sparse --sparse-version=\(form)")) holes
            """
        ])
        #expect(
            try Digest(ofFile: "\(root)/holes") == Digest(ofFile: "\(folder)/0/holes"))
        var facts = stat()
        #expect(stat("\(root)/holes", &facts) == 0 && facts.st_blocks < 1024)
    }

    @Test func laterLayersHideEarlierOnes() throws {
        defer { remove() }
        let root = try unpack([
            "mkdir -p a/deep opaque was; touch a/deep/x a/y opaque/old was/x file; \(tar()) a opaque was file",
            """
            mkdir -p a opaque file; touch a/.wh.deep opaque/.wh..wh..opq opaque/new was file/in .wh.absent
            \(tar()) a opaque/new opaque/.wh..wh..opq was file .wh.absent
            """,
        ])
        #expect(try list(root) == ["a", "a/y", "file", "file/in", "opaque", "opaque/new", "was"])
    }

    @Test(arguments: [
        "tar -P -cf $out /etc/hostname": "absolute",
        "mkdir x; touch f; cd x; tar -P -cf $out ../f": "leads out",
        "ln -s ../../.. up; mkdir -p t/up; touch t/up/f; tar -cf $out up; tar -rf $out -C t up/f":
            "leads out",
        "echo x > a; ln a b; tar -cf $out a b; tar --delete -f $out a": "not there",
        "head -c 1024 /dev/urandom > $out": "no tar archive",
        "head -c 3000 /dev/zero > f; tar -cf x f; head -c 2000 x > $out": "middle of a member",
        "truncate -s 2G big; tar -cf $out big": "more than there is room",
    ])
    func hostileArchivesAreRefused(_ script: String, _ words: String) throws {
        defer { remove() }
        #expect { try unpack([script]) } throws: { "\($0)".contains(words) }
        #expect(!FileSystem.exists("\(folder)/f") && !FileSystem.exists("\(folder)/root/../f"))
    }

    /// A link to an absolute place means a place inside, as it does in the container.
    @Test func linksAreFollowedInside() throws {
        defer { remove() }
        let outside = "\(folder)-outside"
        try FileSystem.makeFolder(outside)
        defer { try? FileSystem.removeTree(outside) }
        let root = try unpack([
            "ln -s \(outside) link; \(tar()) link",
            "mkdir link; echo x > link/file; \(tar()) link/file",
        ])
        #expect(try FileSystem.names(in: outside).isEmpty)
        #expect(try FileSystem.readText("\(root)\(outside)/file") == "x\n")
    }

    @Test func numbersInBothForms() throws {
        #expect(try TarNumber.read(Array("0000644\0".utf8)[...]) == 0o644)
        #expect(try TarNumber.read(Array("  17 \0".utf8)[...]) == 15)
        #expect(try TarNumber.read([0x80, 0, 0, 1, 0]) == 256)
        #expect(try TarNumber.read([0xff, 0xff, 0xff, 0xff]) == -1)
        #expect(throws: (any Error).self) { try TarNumber.read([0x39]) }
        #expect(throws: (any Error).self) {
            try TarNumber.read([0x80] + [UInt8](repeating: 0xff, count: 11)[...])
        }
    }

    // MARK: Sources

    private func places(_ text: String, worker: Bool = false) throws -> [BaseImageSource.Place] {
        var type = ImageType(image: "oci")
        type.attributes["derived_from"] = Located(text, at: Position(file: "c", line: 3, column: 1))
        var image = ResolvedImage(name: "n", architecture: .x86_64, type: type)
        image.folder = "/description"
        return try BaseImageSource.all(of: image, isWorker: worker).map(\.place)
    }

    @Test func credentialsDoNotBelongIntoDescriptions() throws {
        #expect { try places("docker://user:pass-word@r.example.org:5000/x:1") } throws: {
            let found = ($0 as? Failure)?.diagnostics.first
            return found?.position?.line == 3
                && found?.remedy?.contains("skopeo login r.example.org:5000") == true
                && !"\(found!)".contains("pass-word")
        }
        let digest = "docker://r.example.org/x@sha256:\(String(repeating: "0", count: 64))"
        #expect(try places(digest) == [.skopeo(digest)])
    }

    @Test(arguments: [
        (
            "pinging container registry localhost:1: Get \"https://localhost:1/v2/\": dial tcp: connection refused",
            "does not answer"
        ),
        ("dial tcp: lookup nowhere.invalid: no such host", "no address"),
        (
            "Requesting bearer token: unable to retrieve auth token: invalid username/password: unauthorized",
            "--authfile"
        ),
        ("reading manifest 2 in h/x: manifest unknown: manifest unknown", "no such image or tag"),
        ("reading manifest 2 in h/x: name unknown: repository name not known to registry", "list-tags"),
        ("x509: certificate signed by unknown authority", "--cert-dir"),
        ("http: server gave HTTP response to HTTPS client", "insecure = true"),
    ]) func causesOfRegistries(_ line: String, _ words: String) throws {
        let problem = try #require(
            RegistryProblem(of: ["Getting image source signatures", "level=fatal msg=\"\(line)\""]))
        #expect("\(problem.text) \(problem.remedy)".contains(words))
        #expect(RegistryProblem(of: ["something else"]) == nil)
    }

    @Test func registriesAreReachedWithTheCallersSettings() {
        let caller = RegistryAccess.environment(
            of: Caller(userID: 1000), home: "/home/u",
            variable: { ["REGISTRY_AUTH_FILE": "/a", "SECRET": "s"][$0] }, exists: { $0 == "/run/user/1000" })
        #expect(
            caller == [
                "HOME": "/home/u", "REGISTRY_AUTH_FILE": "/a", "XDG_RUNTIME_DIR": "/run/user/1000",
                "_CONTAINERS_ROOTLESS_UID": "1000",
            ])
        let root = RegistryAccess.environment(
            of: Caller(userID: 0), home: "/root", variable: { _ in nil }, exists: { _ in true })
        #expect(root == ["HOME": "/root"])
        let step = ImportBaseImage(
            [], architecture: .x86_64, access: RegistryAccess(credentialsFile: "/secret/place"), because: nil)
        #expect(
            (try? CanonicalJSON.encode(step)).map { String(decoding: $0, as: UTF8.self) }?
                .contains("secret") == false)
    }

    @Test func placesOfBaseImages() throws {
        #expect(
            try places("file:///a/b.tar, docker://r.example.org/x:1") == [
                .archive(path: "/a/b.tar", name: nil), .skopeo("docker://r.example.org/x:1"),
            ])
        #expect(
            try places("dir://./containers/x.tar.gz")
                == [.archive(path: "/description/containers/x.tar.gz", name: nil)])
        #expect(try places("this://x.tar#n:1") == [.archive(path: "/description/x.tar", name: "n:1")])
        #expect(
            try places("obsrepositories:/base#latest", worker: true) == [
                .archive(
                    path: "/usr/src/packages/SOURCES/containers/_obsrepositories/base", name: "latest")
            ])
        for wrong in ["obsrepositories:/x", "https://example.org/x.tar", "--help", "x"] {
            #expect { try places(wrong) } throws: {
                ($0 as? Failure)?.diagnostics.first?.position?.line == 3
            }
        }
    }
}
