import ArgumentParser
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

struct ImageDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what two images differ in.",
        discussion: """
            Compares packages, files (type, content, mode, owner, attributes), settings and size, and says which \
            part of the version should rise: the major number when the size of the image changes, the minor number \
            when packages come or go, else the release. Reads ISO media, squashfs, erofs, ext2 to ext4, tar and cpio \
            archives, OCI and docker archives, root folders and target folders; of everything else the .packages \
            files or bills of materials. Needs no rights and mounts nothing.

            Ends with 0 when the images are equal, 1 when they differ, 2 and more when they cannot be compared.
            """)

    @Argument(help: .init("Image, root folder or target folder.", valueName: "first"), completion: .file())
    var first: String

    @Argument(help: .init("What to compare with it.", valueName: "second"), completion: .file())
    var second: String

    @OptionGroup var format: FormatOptions

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() async throws {
        global.apply(json: format.isJSON)
        do {
            let equal = try await Progress.showing(global) { observer in
                try await diffSandboxed(
                    [first, second].map(Paths.absolute), json: format.isJSON, global, observer: observer)
            }
            if !equal { throw ArgumentParser.ExitCode(1) }
        } catch let code as ArgumentParser.ExitCode {
            throw code
        } catch {
            var failure = Report.asFailure(error)
            // 1 says that the images differ.
            if failure.exitCode == .buildFailed { failure.exitCode = .usage }
            throw failure
        }
    }
}
