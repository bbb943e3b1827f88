import KiwiStorage
import KiwiToolbox
import Testing

@Suite struct CallTests {
    @Test func squashfsEndsWithWhatIsLeftOut() {
        var call = SquashfsCall("/tree", to: "/out", compression: .zstd, clock: 1_700_000_000, processors: 2)
        call.level = 3
        call.excluded = ["image", "tmp/a b"]
        call.pseudo = ["dev/x c 600 0 0 1 3"]
        #expect(
            call.call.displayLine
                == "mksquashfs /tree /out -noappend -no-progress -b 1M -comp zstd -Xcompression-level 3 -processors 2 -p 'dev/x c 600 0 0 1 3' -e image 'tmp/a b'"
        )
        #expect(call.call.environment["SOURCE_DATE_EPOCH"] == "1700000000")
    }

    @Test func squashfsOtherCompressions() {
        var call = SquashfsCall("/tree", to: "/out", compression: .xz, clock: 1, processors: 1)
        call.xzFilter = "x86"
        #expect(call.call.arguments.joined(separator: " ").contains("-comp xz -Xbcj x86"))
        call.compression = .uncompressed
        #expect(call.call.arguments.joined(separator: " ").contains("-noI -noD -noF -noX"))
        #expect(!call.call.arguments.contains("-comp"))
    }

    @Test func erofs() {
        var call = ErofsCall("/tree", to: "/out", uuid: "u", clock: 7)
        call.excluded = ["image"]
        #expect(call.call.displayLine == "mkfs.erofs --quiet -T7 -Uu --exclude-path=image /out /tree")
        call.compression = "lz4hc,9"
        #expect(call.call.arguments.contains("-zlz4hc,9"))
    }

    @Test func extUsesTheDumpToFindInodes() {
        let dump = """
            Inode count:              64
            Group 0: (Blocks 1-8192)
              Free inodes: 14-20, 22
            Group 1: (Blocks 8193-)
              Free inodes: 33-64
            """
        #expect(ExtCall.usedInodes(dump: dump) == [2, 11, 12, 13, 21] + Array(23...32))
        let call = ExtCall(.ext4, from: "/t", to: "/i", bytes: 16 << 20, uuid: "u", clock: 5)
        #expect(
            call.make.displayLine
                == "mke2fs -q -F -t ext4 -O ^has_journal,^metadata_csum_seed -U u -E hash_seed=u,root_owner=0:0 -d /t /i 16384k"
        )
        #expect(
            call.timesScript(inodes: [2]).hasPrefix(
                "sif <2> atime @5\nsif <2> atime_extra 0\nsif <2> ctime @5\n"))
    }

    @Test func xfsStopsTheClock() {
        let call = XfsCall(to: "/i", prototype: "/p", bytes: 300 << 20, uuid: "u", clock: 1_700_000_000)
        #expect(
            call.make.displayLine
                == "faketime -f '2023-11-14 22:13:20' mkfs.xfs -q -f -m uuid=u -d size=314572800 -p /p /i")
    }
}
