import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Testing

@testable import KiwiRootTree

@Suite struct TreeSettingsTests {
    @Test func fallsBackToSysconfig() async throws {
        let folder = try TestFolder()
        try folder.write("A=1\nKEYTABLE=\"us\"\n", to: "tree/etc/sysconfig/keyboard")
        try folder.write("X=\"\"\n", to: "tree/etc/sysconfig/language")
        try folder.write("", to: "tree/usr/share/zoneinfo/Europe/Berlin")
        try folder.write("old\n", to: "tree/etc/timezone")
        let settings = TreeSettings(tree: try folder.tree())
        try await settings.setKeytable("de")
        try await settings.setLocale(["de_DE", "en_US"])
        try await settings.setTimezone("Europe/Berlin")
        #expect(folder.read("tree/etc/sysconfig/keyboard") == "A=1\nKEYTABLE=\"de\"\n")
        #expect(folder.read("tree/etc/sysconfig/language") == "X=\"\"\nRC_LANG=\"de_DE.UTF-8\"\n")
        #expect(TreePath.readLink("\(folder.path)/tree/etc/localtime") == "/usr/share/zoneinfo/Europe/Berlin")
        #expect(folder.read("tree/etc/timezone") == "Europe/Berlin\n")
    }

    @Test(arguments: ["Mars/Base", "/etc/passwd", "../../../etc/passwd"])
    func refusesUnknownZones(_ zone: String) async throws {
        let folder = try TestFolder()
        try folder.write("", to: "tree/etc/passwd")
        let failure = await #expect(throws: Failure.self) {
            try await TreeSettings(tree: try folder.tree()).setTimezone(zone)
        }
        #expect(failure?.diagnostics.map(\.code) == ["unknown-timezone"])
    }

    @Test func userArguments() {
        let user = User(
            name: "tux", realName: "T", shell: "/bin/sh", id: 7,
            groups: [.init(name: "a"), .init(name: "b"), .init(name: "c")])
        #expect(TreeUsers.arguments(user) == ["-s", "/bin/sh", "-g", "a", "-G", "b,c", "-u", "7", "-c", "T"])
    }

    @Test func imagePlansHoldNoPasswords() throws {
        var image = Sample.image()
        image.users = [User(name: "tux", password: "hunter2", passwordFormat: .plain)]
        image.repositories = [Sample.repository("http://u:hunter3@a.example.org/")]
        image.repositories[0].imageInclude = true
        image.repositories[0].password = "hunter4"
        var options = PrepareOptions()
        options.descriptionText = "<source path=\"http://u:hunter3@a.example.org/\"/> password=\"hunter4\""
        let input = ConfigurationInput(for: image, options: options)
        #expect(!String(decoding: try CanonicalJSON.encode(input), as: UTF8.self).contains("hunter"))
        #expect(!input.descriptionText.contains("hunter"))
        #expect(input.secretMaterial.joined().contains("hunter2"))
    }
}
