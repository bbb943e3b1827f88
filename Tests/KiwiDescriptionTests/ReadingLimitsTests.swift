import Foundation
import KiwiDiagnostics
import Testing

@testable import KiwiDescription

@Suite struct ReadingLimitsTests {
    @Test func entityBombIsRefusedFast() {
        var text = "<!DOCTYPE a [<!ENTITY e0 \"ha\">"
        for level in 1...12 {
            text += "<!ENTITY e\(level) \"" + String(repeating: "&e\(level - 1);", count: 10) + "\">"
        }
        let clock = ContinuousClock()
        let time = clock.measure { #expect(syntaxCodes(text + "]><a>&e12;</a>") == ["entity-expansion"]) }
        #expect(time < .seconds(60))
    }

    @Test func recursionIsRefused() {
        #expect(
            syntaxCodes("<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>") == ["entity-expansion"]
        )
    }

    @Test func externalEntitiesAreNeverRead() throws {
        let folder = try TestFolder(["secret": "password"])
        let text = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file://\(folder.path)/secret'>]><a>&x;</a>"
        #expect(syntaxCodes(text) == ["external-entity"])
    }

    @Test func depthAndAttributes() {
        let deep = String(repeating: "<a>", count: 1000) + String(repeating: "</a>", count: 1000)
        #expect(syntaxCodes(deep) == ["nesting-too-deep"])
        let wide = "<a " + (0..<1000).map { "a\($0)='' " }.joined() + "/>"
        #expect(syntaxCodes(wide) == ["too-many-attributes"])
    }

    @Test func endlessMistakesEnd() {
        #expect(syntaxCodes("<a>" + String(repeating: "& ", count: 10_000) + "</a>").count == 50)
    }

    @Test func largeFileIsRefusedBeforeReading() throws {
        let folder = try TestFolder([:])
        let file = folder.path + "/config.xml"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.truncate(atOffset: 100 * 1024 * 1024)
        try handle.close()
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: Failure.self) { try folder.load() }
        }
        #expect(time < .seconds(30))
    }
}
