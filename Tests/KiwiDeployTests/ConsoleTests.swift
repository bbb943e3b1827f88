import KiwiDiagnostics
import Testing

@testable import KiwiDeploy

@Suite struct ConsoleTests {
    @Test func linesArePlainText() {
        var text = ConsoleText()
        let lines = text.take(
            "\u{1b}[0;32m  OK  \u{1b}[0m] a\tb\r\n\u{1b}]0;title\u{7}x\u{1b}(By\nlogin: ".utf8)
        #expect(lines == ["  OK  ] a b", "xy"])
        #expect(text.partial == "login: ")
    }

    @Test func piecesMayCutAnywhere() {
        let bytes = Array("one \u{1b}[31mred\u{1b}[0m\r\ntwo é\n".utf8)
        var whole = ConsoleText()
        let expected = whole.take(bytes)
        for size in 1...5 {
            var text = ConsoleText()
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                lines += text.take(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(lines == expected)
        }
    }

    @Test func endlessLinesAreCut() {
        var text = ConsoleText()
        let lines = text.take(Array(repeating: UInt8(ascii: "x"), count: 20_000))
        #expect(lines.count == 2)
    }

    @Test func expectationOnAnUnfinishedLine() throws {
        var watcher = try ConsoleWatcher(expecting: ["login:"])
        #expect(watcher.take("host lo".utf8) == .waiting)
        #expect(watcher.take("gin: ".utf8) == .met)
    }

    @Test func allExpectationsInAnyOrder() throws {
        var watcher = try ConsoleWatcher(expecting: ["^one$", "t.o"])
        #expect(watcher.take("two\n".utf8) == .waiting)
        #expect(watcher.missing == ["^one$"])
        #expect(watcher.take("one\n".utf8) == .met)
    }

    @Test func aPanicIsLost() throws {
        var watcher = try ConsoleWatcher(expecting: ["ready"])
        let verdict = watcher.take("[ 1.2] Kernel panic - not syncing: VFS\n".utf8)
        guard case .lost(let why) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(why.contains("panicked"))
    }

    @Test func anExpectedPanicIsMet() throws {
        var watcher = try ConsoleWatcher(expecting: ["Kernel panic"])
        #expect(watcher.take("Kernel panic - not syncing\n".utf8) == .met)
    }

    @Test func everyHopelessTextIsRecognised() throws {
        for entry in ConsoleWatcher.hopeless {
            var watcher = try ConsoleWatcher(expecting: ["never"])
            #expect(watcher.take("x \(entry.text) y\n".utf8) != .waiting, "\(entry.text)")
        }
    }

    @Test func withoutExpectationsNothingIsJudged() throws {
        var watcher = try ConsoleWatcher(expecting: [])
        #expect(watcher.take("Kernel panic - not syncing\nx\n".utf8) == .waiting)
        #expect(watcher.lastLines == ["Kernel panic - not syncing", "x"])
    }

    @Test func wrongExpressionsThrow() {
        #expect(throws: (any Error).self) { try ConsoleWatcher(expecting: ["("]) }
    }
}

@Suite struct OutcomeTests {
    private func outcome(_ end: BootRun.Outcome.End, missing: [String] = ["ready"]) -> BootRun.Outcome {
        .init(end: end, seconds: 61.5, lastLines: ["last", "  "], missing: missing, complaints: ["qemu: no"])
    }

    @Test func metIsNoFailure() { #expect(outcome(.met).failure(image: "a.iso") == nil) }

    @Test func aTimeoutTellsWhatWasWaitedFor() throws {
        let failure = try #require(outcome(.timedOut).failure(image: "a.iso"))
        #expect(failure.exitCode == .buildFailed)
        let diagnostic = failure.diagnostics[0]
        #expect(diagnostic.message == "a.iso did not print 'ready' after 61.5 s")
        #expect(diagnostic.notes == ["qemu: no", "last lines of the serial console:", "last"])
        #expect(diagnostic.remedy?.contains("--timeout") == true)
    }

    @Test func anEndWithoutTheTextFails() throws {
        let failure = try #require(outcome(.ended(0)).failure(image: "a.iso"))
        #expect(failure.diagnostics[0].code == "boot-ended")
    }

    @Test func anOrdinaryEndWithoutExpectationsIsFine() {
        #expect(outcome(.ended(0), missing: []).failure(image: "a.iso") == nil)
        #expect(outcome(.ended(1), missing: []).failure(image: "a.iso") != nil)
    }
}
