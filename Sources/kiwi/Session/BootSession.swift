import Foundation
import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiImage
import KiwiRootTree
import KiwiToolbox

/// The boot image of a build: finds, reads and resolves its description.
struct BootSession {
    private let loaded: LoadedDescription
    private let choices: ResolveRequest
    private let boot: BootImage
    private let position: Position?

    /// nil when the initrd of the image is not made from a boot description.
    /// - Throws: everything that is wrong with that description.
    init?(_ system: ResolvedImage, _ contents: DescriptionContents) throws {
        guard let reference = BootDescriptionReference(system) else { return nil }
        guard let folder = reference.folder(shares: Self.shares, exists: FileSystem.isFolder) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "no-boot-description", at: reference.name.position,
                    "there is no boot description '\(reference.name.value)'",
                    remedy: "write the path of its folder, or initrd_system=\"dracut\"",
                    notes: reference.candidates(shares: Self.shares).map { "looked for \($0)" }))
        }
        position = reference.name.position
        do {
            loaded = try DescriptionLoader.load(folder: folder, fetch: SmallDownload.fetch)
            Report.style.sources.merge(loaded.sources) { own, _ in own }
            choices = ResolveRequest(
                profiles: reference.profiles(of: Set(loaded.description.profiles.map(\.name.value))),
                architecture: system.architecture, type: "cpio")
            let image = try loaded.resolve(choices)
            boot = try BootImage(image, try DescriptionContents.scan(image), for: system, contents)
        } catch let failure as Failure {
            throw Failure(.descriptionWrong, failure.diagnostics.map { Self.explained($0, reference) })
        }
    }

    /// Where boot descriptions may be installed: beside the functions of this program, and where KIWI's
    /// packages put theirs.
    static var shares: [String] {
        BootResources.bootDescriptions + ["/usr/share/kiwi/custom_boot"]
    }

    /// The folder that a person names as a description: KIND/NAME is also one of our boot descriptions when there
    /// is no such folder.
    static func folder(named name: String) -> String {
        let own = Paths.absolute(name)
        guard !FileSystem.exists(own), !name.hasPrefix("/"), !name.hasPrefix(".") else { return own }
        return shares.map { Paths.absolute("\($0)/\(name)") }.first(where: FileSystem.isFolder) ?? own
    }

    /// What the user should know about the boot description.
    var warnings: [Diagnostic] {
        loaded.warnings + boot.image.notes + RootTreePlanner.warnings(for: boot.image)
    }

    /// The boot description and its files, for the manifest.
    func digestible() throws -> [String] {
        [
            try loaded.stateCopy(choices),
            String(decoding: try CanonicalJSON.encode(boot.contents), as: UTF8.self),
        ]
    }

    /// - Parameter options: those of the system.
    func plan(_ options: KiwiRootTree.PrepareOptions) throws -> (steps: [any BuildStep], tree: BootTree) {
        var options = options
        options.descriptionText = try loaded.stateCopy(choices)
        return try BootImagePlanner.plan(boot, options: options, because: position)
    }

    /// The steps of the system, with the archives of both in an initrd that dracut makes.
    func givingArchives(to steps: [any BuildStep]) -> [any BuildStep] {
        BootArchives.given(to: steps, of: boot.image, boot.contents)
    }

    /// A finding without a place gets the one that asks for the boot image.
    private static func explained(
        _ diagnostic: Diagnostic, _ reference: BootDescriptionReference
    ) -> Diagnostic {
        var diagnostic = diagnostic
        if diagnostic.position == nil {
            let profile = [reference.profile, reference.kernel].first {
                $0.position != nil && diagnostic.message.contains("'\($0.value)'")
            }
            diagnostic.position = profile?.position ?? reference.name.position
            diagnostic.message = "boot description '\(reference.name.value)': \(diagnostic.message)"
        }
        return diagnostic
    }
}
