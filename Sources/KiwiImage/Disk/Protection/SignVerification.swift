import KiwiDescription
import KiwiDiagnostics
import KiwiStorage
import KiwiToolbox

/// Signs the block at the end of the protected partition: how its content is checked.
struct SignVerification: BuildStep {
    let id = "verification-metadata"
    @Unkeyed var because: Position?
    var stack: RootStack
    /// What is protected.
    var kind: FileSystemKind
    /// The private key on this machine.
    var key: String

    /// - Returns: nil when the description asks for no such block.
    /// - Throws: when the machine's configuration names no key.
    init?(_ system: DiskSystem, _ type: ImageType, key: String?) throws(Failure) {
        let attribute =
            system.verity?.embedsMetadata == true ? "embed_verity_metadata" : "embed_integrity_metadata"
        guard system.verity?.embedsMetadata == true || system.stack.hasMetadata,
            case .linux(let kind) = (system.verified ?? system.fileSystems[0]).kind
        else { return nil }
        guard let key else {
            throw Failure(
                .machineLacks,
                Diagnostic(
                    "signing-key", at: type.position(of: attribute),
                    "'\(attribute)' needs a key, and kiwi.yml names none",
                    remedy:
                        "set credentials: verification_metadata_signing_key_file in kiwi.yml to a private RSA key in PEM"
                ))
        }
        stack = system.stack
        self.kind = kind
        self.key = key
        _because = Unkeyed(wrappedValue: type.position(of: attribute))
    }

    var summary: String { "sign how the root is checked" }
    var reads: [Artifact] { stack.integrity == nil ? [.verityTree] : [.diskLayout] }
    var writes: [Artifact] { [.verificationMetadata] }
    var tools: [ToolRequirement] { VerificationMetadata.tools }

    func run(in workspace: Workspace) async throws {
        let metadata: VerificationMetadata
        if let integrity = stack.integrity {
            let layout: DiskLayout = try await workspace.value(.diskLayout)
            let bytes = stack.integrityDeviceBytes(partition: layout["root"]?.bytes ?? 0)
            guard let place = IntegrityLayout(deviceBytes: bytes) else { return }
            metadata = VerificationMetadata(integrity, place, fileSystem: kind)
        } else {
            metadata = VerificationMetadata(try await workspace.value(.verityTree), fileSystem: kind)
        }
        try FileSystem.write(
            try await metadata.signed(key: key, at: because, in: workspace),
            to: try await workspace.newFile(.verificationMetadata))
    }
}
