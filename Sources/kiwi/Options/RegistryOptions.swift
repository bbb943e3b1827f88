import ArgumentParser
import KiwiRootTree
import KiwiToolbox

/// How registries of containers are reached.
struct RegistryOptions: ParsableArguments {
    @Option(
        help: .init(
            "Credentials for registries of base images, as 'skopeo login' writes them.",
            discussion: "Without it REGISTRY_AUTH_FILE and the files of podman and Docker are asked.",
            valueName: "file"), completion: .file())
    var authfile: String?

    @Option(
        help: .init(
            "Certificates for registries of base images: *.crt, and *.cert with *.key of a client.",
            valueName: "folder"), completion: .directory)
    var certDir: String?

    func validate() throws {
        if let authfile, !FileSystem.isFile(authfile) {
            throw ValidationError("--authfile: there is no file '\(authfile)'")
        }
        if let certDir, !FileSystem.isFolder(certDir) {
            throw ValidationError("--cert-dir: there is no folder '\(certDir)'")
        }
    }

    var access: RegistryAccess {
        RegistryAccess(
            credentialsFile: authfile.map(Paths.absolute), certificateFolder: certDir.map(Paths.absolute))
    }
}
