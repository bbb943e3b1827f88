import KiwiDescription
import KiwiToolbox
import Testing

@testable import KiwiRootTree

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct DeltaTests {
    private func type(_ attributes: [String: String], _ image: String = "oci") -> ImageType {
        var type = ImageType(image: image)
        for (name, value) in attributes { type.attributes[name] = Located(value) }
        return type
    }

    @Test func needsABase() {
        #expect(DeltaRoot(of: type(["delta_root": "true"])) == nil)
        #expect(DeltaRoot(of: type(["delta_root": "false", "derived_from": "/x"])) == nil)
        #expect(DeltaRoot(of: type(["delta_root": "true", "derived_from": "/x"], "oem")) == nil)
        #expect(
            DeltaRoot(of: type(["delta_root": "true", "derived_from": "/x"]))?.requiresSystemFiles == false)
        #expect(
            DeltaRoot(
                of: type(["delta_root": "true", "derived_from": "/x", "require_system_files": "true"]))?
                .requiresSystemFiles == true)
    }

    @Test func filesOverTheBaseThatAreGone() throws {
        let (base, tree) = (try TestFolder(), try TestFolder())
        for name in ["kept", "kept-gone", "changed", "changed-gone"] {
            for folder in [base, tree] {
                try folder.write("base", to: name)
                let time = timespec(tv_sec: 1000, tv_nsec: 0)
                #expect(utimensat(AT_FDCWD, "\(folder.path)/\(name)", [time, time], 0) == 0)
            }
        }
        for name in ["changed", "changed-gone", "new/gone", "new/stays"] {
            try tree.write("other!", to: name)
        }
        let files = try DeltaFiles(of: tree.path, over: base.path)
        #expect(files.paths.map(\.text).sorted() == ["changed", "changed-gone", "new/gone", "new/stays"])
        for name in ["kept-gone", "changed-gone", "new/gone"] { unlink("\(tree.path)/\(name)") }
        #expect(files.gone(from: tree.path).map(\.text) == ["changed-gone", "new/gone"])
    }

    @Test func filesOfPackages() async throws {
        let folder = try TestFolder()
        let runner = FakeRunner { call in
            ToolResult(
                exitCode: 0,
                output: call.tool == "dpkg-query"
                    ? "installed libc6:amd64\ninstalled bash\nhalf-installed x\ninstalled left\n" : "")
        }
        let tree = try folder.tree(runner)
        let info = "tree/var/lib/dpkg/info"
        try folder.write("/.\n/lib\n/lib/libc.so.6\n", to: "\(info)/libc6:amd64.list")
        try folder.write("/.\n/bin\n/bin/bash\n", to: "\(info)/bash.list")
        try folder.write("/.\n/left\n", to: "\(info)/left.list")
        let files = try await Apt().ownedFiles(in: tree, without: ["left"])
        #expect(
            files.map { String(decoding: $0, as: UTF8.self) } == [
                "/bin", "/bin/bash", "/lib", "/lib/libc.so.6",
            ])
    }
}
