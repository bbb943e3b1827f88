import Foundation
import KiwiBoot
import KiwiDescription
import KiwiStorage
import KiwiToolbox
import Testing

@testable import KiwiImage

/// The kernel opens what the writers of KiwiStorage make without it: in a helper machine, where
/// KIWI_TEST_LONG is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["KIWI_TEST_LONG"] != nil, "needs KIWI_TEST_LONG"))
struct RealStackTests {
    private let mebi: Int64 = 1 << 20

    private func workspace(_ place: TestPlace) async throws -> Workspace {
        let log = BuildLog()
        for name in ["bulk", "scratch"] { try FileSystem.makeFolder("\(place.path)/\(name)") }
        #expect(log.open("\(place.path)/log"))
        var workspace = Workspace(
            runner: ProcessRunner(log: log), log: log,
            folders: WorkFolders(
                target: "", cache: "\(place.path)/cache", scratch: "\(place.path)/scratch",
                bulk: "\(place.path)/bulk"),
            artifacts: ArtifactStore(folder: "\(place.path)/bulk"),
            layers: LayerStore(mounts: MountTable(), stacking: .copy, useTmpfs: false),
            settings: BuildSettings())
        workspace.stepID = "stacks"
        try await workspace.set(.clock, Int64(1_700_000_000))
        return workspace
    }

    private func type(_ attributes: [String: String]) -> ImageType {
        var type = ImageType(image: "oem")
        type.attributes = attributes.mapValues { Located($0) }
        return type
    }

    @Test func theKernelOpensThem() async throws {
        let place = try TestPlace()
        defer { place.remove() }
        let workspace = try await workspace(place)
        try FileSystem.makeFolder("\(place.path)/tree")
        try FileSystem.write("it is here\n", to: "\(place.path)/tree/hello")
        let plain = "\(place.path)/plain"
        let content = 20 * mebi
        try FileSystem.makeSparse(plain, bytes: content)
        try await workspace.runner.run(
            ToolCall("mke2fs", ["-q", "-t", "ext4", "-b", "4096", "-d", "\(place.path)/tree", plain]))
        let id = DerivedID(key: "k", type: "oem", role: "r")

        func disk(_ name: String, _ bytes: Int64) throws -> String {
            let file = "\(place.path)/\(name)"
            try FileSystem.makeSparse(file, bytes: bytes)
            return file
        }
        let lvm = try disk("lvm", VolumeGroup.deviceBytes(for: [4 * mebi, content]))
        let layout = try VolumeGroup(
            "systemVG", volumes: [.init("LVswap", bytes: 4 * mebi), .init("LVRoot", bytes: nil)],
            treeKey: "k", imageType: "oem"
        ).layout(deviceBytes: try #require(FileSystem.size(of: lvm)), clock: 7)
        for write in layout.writes { try write.write(to: lvm) }
        try SparseCopy.copy(plain, into: lvm, at: layout.volumes[1].offset)
        var disks = [lvm]
        for level in RAIDArray.Level.allCases {
            let array = RAIDArray(level, treeKey: level.rawValue, imageType: "oem")
            let bytes = array.deviceBytes(for: content)
            let file = try disk(level.rawValue, bytes)
            try array.write(deviceBytes: bytes, clock: 7).write(to: file)
            try SparseCopy.copy(plain, into: file, at: RAIDArray.dataOffset)
            disks.append(file)
        }
        for version in ["luks1", "luks2"] {
            var image = type(["luks": "secret", "luks_version": version])
            image.luksFormatOptions = ["--iter-time", "10", "--pbkdf", "pbkdf2"]
            let file = "\(place.path)/\(version)"
            try await LUKSVolume(try #require(Encryption(image)), uuid: id.uuid).write(
                plain, to: file, in: workspace)
            disks.append(file)
        }
        let verity = try disk("verity", 0)
        try SparseCopy.copy(plain, into: verity)
        let tree = try await VerityTree.append(
            to: verity, blocks: nil, salt: id.salt, uuid: id.uuid, at: nil, in: workspace)
        disks.append(verity)
        let key = "\(place.path)/key"
        try FileSystem.write("0123456789abcdef0123456789abcdef", to: key)
        let bytes = IntegrityLayout.deviceBytes(for: content)
        for attributes in [[:], ["integrity_keyfile": key]] {
            let image = type(attributes.merging(["standalone_integrity": "true"]) { $1 })
            let file = try disk("integrity\(disks.count)", bytes)
            try await #require(IntegrityVolume(image)).write(
                plain, into: file, at: 0, deviceBytes: bytes, salt: id)
            disks.append(file)
        }

        let archive = try #require(try await GuestKernelArchive.tree(in: workspace))
        let kernel = try #require(
            GuestKernel.find(
                in: archive, packageManager: "apt",
                modules: GuestMachine.baseModules + [
                    "ext4", "dm-crypt", "dm-integrity", "dm-verity", "raid1", "raid0",
                ],
                optional: ["crc32c_generic", "sha256_generic", "hmac", "aes_generic", "xts", "ecb"]))
        try await GuestMachine(
            kernel: kernel, disks: disks.map { .init(file: $0, isReadOnly: false) },
            programs: ["cat", "mkdir", "lvm", "mdadm", "cryptsetup", "veritysetup", "integritysetup"].map {
                ToolRequirement($0, package: "", to: "open the devices")
            },
            script: """
                export DM_DISABLE_UDEV=1
                mkdir -p /run /tmp /etc
                printf secret >/tmp/secret
                printf 0123456789abcdef0123456789abcdef >/tmp/key
                check() {
                    mount -t ext4 "-o$2" "$1" /source
                    [ "$(cat /source/hello)" = 'it is here' ]
                    [ "$2" = ro ] || cat /bin/bash >/source/new
                    umount /source
                    cat "$1" >/dev/null
                    echo "opened $1"
                }
                lvm vgchange --nolocking --noudevsync -ay systemVG
                check /dev/systemVG/LVRoot rw
                mdadm --assemble --run /dev/md0 /dev/vdb
                check /dev/md0 rw
                mdadm --assemble --run /dev/md1 /dev/vdc
                check /dev/md1 rw
                cryptsetup --disable-locks open --key-file /tmp/secret /dev/vdd one
                check /dev/mapper/one rw
                cryptsetup --disable-locks open --key-file /tmp/secret /dev/vde two
                check /dev/mapper/two rw
                veritysetup open --hash-offset=\(tree.hashOffset) /dev/vdf three /dev/vdf \(tree.rootHash)
                check /dev/mapper/three ro
                integritysetup open --integrity sha256 /dev/vdg four
                check /dev/mapper/four rw
                integritysetup open --integrity hmac-sha256 --integrity-key-file /tmp/key --integrity-key-size 32 /dev/vdh five
                check /dev/mapper/five rw
                """, workspace: workspace
        ).run()
        let log = try FileSystem.readText("\(place.path)/log")
        #expect(log.matches(of: #/guest: opened \/dev\//#).count == 8)
    }
}
