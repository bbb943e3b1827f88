import Foundation
import KiwiTesting
import Testing

@testable import KiwiDeploy

@Suite struct BuildMatrixTests {
    private static let jobs = BuildJob.named([
        ("/srv/it's $5 #1/server", ["lvm", "big"], "oem"), ("/srv/desktop/", [], "iso"),
        ("/else/desktop", [], "iso"), ("..", ["a:b"], "oci"), ("/x/.hidden", [], "tbz"),
    ])

    @Test func names() {
        #expect(
            Self.jobs.map(\.name) == [
                "server-lvm-big-oem", "desktop-iso", "desktop-iso-2", "image-a_b-oci", "_hidden-tbz",
            ])
    }

    @Test(arguments: BuildMatrix.Format.allCases) func jobFiles(_ format: BuildMatrix.Format) throws {
        let isHosted = format == .gitlab || format == .github
        let matrix = BuildMatrix(
            jobs: Self.jobs, target: isHosted ? "images" : "/srv/my images",
            cache: "docker://host/kiwi/cache",
            image: isHosted ? "registry/kiwi:1" : nil, options: ["--add-package", "vim's \"x\" $HOME"])
        #expect(goldenDifference(matrix.text(format), "matrix-\(format.rawValue).txt") == nil)
    }

    /// What make and bash make of the words is what was meant.
    @Test(arguments: [BuildMatrix.Format.make, .slurm]) func wordsArriveAsTheyWere(
        _ format: BuildMatrix.Format
    ) throws {
        let folder = NSTemporaryDirectory() + "kiwi-matrix-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let matrix = BuildMatrix(
            jobs: [Self.jobs[0]], target: "/srv/my images", options: ["--add-package", "vim's \"x\" $HOME"])
        let file = "\(folder)/job"
        try matrix.text(format).write(toFile: file, atomically: true, encoding: .utf8)
        let kiwi = "\(folder)/kiwi"
        try "#!/bin/sh\nprintf '<%s>\\n' \"$@\" >'\(folder)/words'\n".write(
            toFile: kiwi, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: kiwi)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let search = "PATH=\(folder):/usr/bin:/bin"
        process.arguments =
            format == .make
            ? [search, "make", "-s", "-f", file] : [search, "SLURM_ARRAY_TASK_ID=0", "bash", file]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(
            try String(contentsOfFile: "\(folder)/words", encoding: .utf8)
                == [
                    "--profile", "lvm", "--profile", "big", "--type", "oem", "system", "build",
                    "--description",
                    "/srv/it's $5 #1/server", "--target-dir", "/srv/my images/server-lvm-big-oem",
                    "--add-package", "vim's \"x\" $HOME",
                ].map { "<\($0)>\n" }.joined())
    }
}
