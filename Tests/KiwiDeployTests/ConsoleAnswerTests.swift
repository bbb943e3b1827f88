import Testing

@testable import KiwiDeploy

@Suite struct ConsoleAnswerTests {
    @Test func splitsAtTheLastEqualsSign() {
        #expect(ConsoleAnswer("a=b=c") == ConsoleAnswer(pattern: "a=b", text: "c"))
        #expect(ConsoleAnswer("passphrase: =") == ConsoleAnswer(pattern: "passphrase: ", text: ""))
        #expect(ConsoleAnswer("text") == nil)
        #expect(ConsoleAnswer("=text") == nil)
    }

    @Test func answersInOrderAndOnce() throws {
        var typing = try ConsoleTyping([
            .init(pattern: "first.*\\?", text: "1"), .init(pattern: "second", text: "2"),
        ])
        #expect(typing.take(Array("second fir".utf8)) == nil)
        #expect(typing.take(Array("st thing?".utf8)) == Array("1\r".utf8))
        #expect(typing.take(Array("first?".utf8)) == nil)
        #expect(typing.take(Array("second".utf8)) == Array("2\r".utf8))
        #expect(typing.take(Array("second".utf8)) == nil)
    }

    @Test func drivesHaveTheirSectors() {
        var machine = MachineOptions()
        machine.image = .init(file: "a")
        #expect(!machine.arguments.contains { $0.contains("block_size") })
        machine.sectorBytes = 4096
        #expect(
            machine.arguments.contains { $0.contains("logical_block_size=4096,physical_block_size=4096") })
    }

    @Test func secureFirmwareIsProtected() {
        var machine = MachineOptions()
        machine.uefi = FirmwareFiles(code: "c", variables: "v")
        machine.isSecure = true
        #expect(machine.arguments.contains("q35,smm=on"))
        #expect(machine.arguments.contains("driver=cfi.pflash01,property=secure,value=on"))
        #expect(
            FirmwareFiles.find(secure: true) { $0.contains("ms.fd") }?.code.contains("CODE_4M.ms") ?? false)
    }
}
