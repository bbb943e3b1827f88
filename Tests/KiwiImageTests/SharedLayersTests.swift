import CKiwiLinux
import Foundation
import KiwiRootTree
import KiwiToolbox
import Testing

@testable import KiwiImage

@Suite struct SharedLayersTests {
    private let place: TestPlace
    private let key = String(repeating: "a", count: 64)

    init() throws { place = try TestPlace() }

    @Test(arguments: [
        ("/srv/kiwi", CacheLocation.folder("/srv/kiwi")), ("dir:x", .folder("/here/x")),
        ("docker://localhost:5000/kiwi/cache", .registry("localhost:5000/kiwi/cache")),
    ])
    func places(_ text: String, _ expected: CacheLocation) {
        #expect(CacheLocation(text) { $0.hasPrefix("/") ? $0 : "/here/\($0)" } == expected)
    }

    @Test(arguments: [
        "", "dir:", "docker://", "docker://host", "docker://host/", "docker://host/name:tag",
        "docker:///name",
        "docker://host/../x", "docker://host/a@sha256:00", "docker://u:p@host/a", "https://host/x",
        "s3://bucket",
    ])
    func noPlaces(_ text: String) { #expect(CacheLocation(text) { $0 } == nil) }

    /// An entry of the cache with a layer and a file.
    private func entry(_ name: String = "entry") throws -> String {
        let folder = "\(place.path)/\(name)"
        try FileSystem.makeFolder("\(folder)/fs/etc/empty")
        try FileSystem.makeFolder("\(folder)/files")
        try FileSystem.write("root\n", to: "\(folder)/fs/etc/passwd", mode: 0o640)
        try FileSystem.write("x", to: "\(folder)/files/initrd")
        #expect(link("\(folder)/fs/etc/passwd", "\(folder)/fs/etc/hard") == 0)
        #expect(symlink("passwd", "\(folder)/fs/etc/soft") == 0)
        #expect(mkfifo("\(folder)/fs/etc/pipe", 0o600) == 0)
        #expect(kiwi_set_attribute("\(folder)/fs/etc/passwd", "user.mark", "m", 1) == 0)
        utimensat(
            AT_FDCWD, "\(folder)/fs/etc/passwd",
            [timespec(tv_sec: 5000, tv_nsec: 123), timespec(tv_sec: 6000, tv_nsec: 456)], 0)
        // As overlayfs leaves it where it may.
        if mknod("\(folder)/fs/etc/gone", S_IFCHR, 0) == 0 {
            let name = Stacking.opaqueAttribute
            _ = kiwi_set_attribute("\(folder)/fs/etc/empty", name, "y", 1)
        }
        try describe(folder)
        return folder
    }

    private func describe(_ folder: String, bytes: Int64 = 7, key: String? = nil) throws {
        let digest = try Digest(ofFile: "\(folder)/files/initrd").hex
        try FileSystem.write(
            """
            {"bytes":\(bytes),"files":{"initrd":{"bytes":1,"digest":"\(digest)"}},"key":"\(key ?? self.key)",
            "layer":"packages","layerListing":"\(try TreeListing(of: "\(folder)/fs").digest)","step":"layer.packages",
            "values":{}}
            """, to: "\(folder)/entry.json")
    }

    private func newFolder() throws -> String {
        let folder = "\(place.path)/\(UUID().uuidString)"
        try FileSystem.makeFolder("\(folder)/files")
        return folder
    }

    private func shared() throws -> String {
        let folder = "\(place.path)/shared"
        try FileSystem.makeFolder(folder)
        return folder
    }

    private func push(_ folder: String, to shared: String, _ workspace: Workspace) async throws {
        try await SharedLayers(from: [], to: .folder(shared), access: .init()).push(
            key, from: folder, in: workspace)
    }

    private func fetch(_ shared: String, into folder: String, _ workspace: Workspace) async throws -> Bool {
        try await SharedLayers(from: [.folder(shared)], to: nil, access: .init()).fetch(
            key, into: folder, in: workspace)
    }

    @Test func whatGoesComesAgain() async throws {
        defer { place.remove() }
        let workspace = try place.workspace()
        let source = try entry()
        let shared = try shared()
        try await push(source, to: shared, workspace)
        let target = try newFolder()
        #expect(try await fetch(shared, into: target, workspace))
        // Marks have times that mean nothing.
        for folder in [source, target] {
            let time = timespec(tv_sec: 1, tv_nsec: 0)
            utimensat(AT_FDCWD, "\(folder)/fs/etc/gone", [time, time], AT_SYMLINK_NOFOLLOW)
        }
        #expect(
            try TreeListing(of: "\(source)/fs", withContent: true).digest
                == TreeListing(of: "\(target)/fs", withContent: true).digest)
        for path in ["etc/gone", "etc/empty"] where FileSystem.exists("\(source)/fs/\(path)") {
            #expect(FileSystem.exists("\(target)/fs/\(path)"))
        }
        let opaque = "\(source)/fs/etc/empty"
        #expect(
            ExtendedAttributes.value(Stacking.opaqueAttribute, of: RawPath(opaque).c)
                == ExtendedAttributes.value(
                    Stacking.opaqueAttribute, of: RawPath("\(target)/fs/etc/empty").c))
        #expect(try FileSystem.readText("\(target)/files/initrd") == "x")
        #expect(try FileSystem.names(in: "\(shared)/incoming").isEmpty)
    }

    /// What a person who may write to the shared folder, or a bad disk, can do to an entry.
    enum Damage: CaseIterable {
        case part, manifest, missing, otherKey, moreBytes, otherFile, otherLayer, huge
    }

    @Test(arguments: Damage.allCases) func damagedEntriesAreRefused(_ damage: Damage) async throws {
        defer { place.remove() }
        let workspace = try place.workspace()
        let source = try entry()
        switch damage {
        case .otherKey: try describe(source, key: String(repeating: "b", count: 64))
        case .moreBytes: try describe(source, bytes: 2)
        case .huge: try describe(source, bytes: .max)
        case .otherFile: try FileSystem.write("y", to: "\(source)/files/other")
        case .otherLayer: try FileSystem.write("more", to: "\(source)/fs/etc/more")
        default: break
        }
        let shared = try shared()
        try await push(source, to: shared, workspace)
        let blobs = "\(shared)/blobs/sha256"
        let largest = try #require(
            try FileSystem.names(in: blobs).max {
                FileSystem.size(of: "\(blobs)/\($0)")! < FileSystem.size(of: "\(blobs)/\($1)")!
            })
        switch damage {
        case .part:
            for name in try FileSystem.names(in: blobs) {
                var bytes = try FileSystem.readBytes("\(blobs)/\(name)")
                bytes[bytes.count / 2] ^= 1
                try FileSystem.write(bytes, to: "\(blobs)/\(name)")
            }
        case .manifest: try FileSystem.write("{}", to: "\(shared)/entries/\(key)")
        case .missing: unlink("\(blobs)/\(largest)")
        default: break
        }
        let target = try newFolder()
        #expect(try await !fetch(shared, into: target, workspace))
        #expect(!FileSystem.exists("\(target)/entry.json"))
        #expect(!FileSystem.exists("\(target)/fs"))
    }

    @Test func nothingIsTakenFromAPlaceThatIsNotThere() async throws {
        defer { place.remove() }
        let target = try newFolder()
        #expect(try await !fetch("\(place.path)/none", into: target, try place.workspace()))
    }

    /// The first build of several that share a folder makes it.
    @Test func aTargetIsMade() async throws {
        defer { place.remove() }
        let workspace = try place.workspace()
        let shared = "\(place.path)/new"
        let both = SharedLayers(from: [.folder(shared)], to: .folder(shared), access: .init())
        #expect(try await !both.fetch(key, into: try newFolder(), in: workspace))
        try await both.push(key, from: try entry(), in: workspace)
        #expect(try await fetch(shared, into: try newFolder(), workspace))
    }

    @Test func namesThatAreMarksDoNotTravel() async throws {
        defer { place.remove() }
        let source = try entry()
        try FileSystem.write("", to: "\(source)/fs/.wh.file")
        let shared = try shared()
        try await push(source, to: shared, try place.workspace())
        #expect((try? FileSystem.names(in: "\(shared)/entries"))?.isEmpty ?? true)
    }

    @Test func aDamagedEntryIsReplaced() async throws {
        defer { place.remove() }
        let workspace = try place.workspace()
        let source = try entry()
        let shared = try shared()
        try await push(source, to: shared, workspace)
        let blobs = "\(shared)/blobs/sha256"
        for name in try FileSystem.names(in: blobs) {
            let size = FileSystem.size(of: "\(blobs)/\(name)")!
            try FileSystem.write([UInt8](repeating: 0, count: Int(size)), to: "\(blobs)/\(name)")
        }
        let both = SharedLayers(from: [.folder(shared)], to: .folder(shared), access: .init())
        #expect(try await !both.fetch(key, into: try newFolder(), in: workspace))
        try await both.push(key, from: source, in: workspace)
        #expect(try await fetch(shared, into: try newFolder(), workspace))
    }

    @Test func entriesGoLeastRecentlyUsedFirst() async throws {
        defer { place.remove() }
        let workspace = try place.workspace()
        let source = try entry()
        let shared = try shared()
        try await push(source, to: shared, workspace)
        let entries = try SharedFolder(shared).entries()
        #expect(entries.map(\.step) == ["layer.packages"] && entries[0].isLayer && entries[0].bytes > 100)
        #expect(try SharedFolder(shared).prune(limit: 1 << 30).isEmpty)
        #expect(try SharedFolder(shared).prune(limit: 0).map(\.key) == [key])
        #expect(try FileSystem.names(in: "\(shared)/blobs/sha256").isEmpty)
    }
}
