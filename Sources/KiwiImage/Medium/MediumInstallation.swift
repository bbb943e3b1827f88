import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What lies on a medium from which the netboot client installs: a boot server's tree for one image. Pure but for
/// looking which files there are.
struct MediumInstallation: Sendable {
    /// Paths of the medium by file of this machine.
    var files: [String: String] = [:]
    /// `KIWI/config.default`.
    var configuration = ""
    /// The image as the menu calls it.
    var title = ""

    /// Endings of packed images, as the client looks for them.
    private static let packed = ["", ".gz", ".xz", ".zst"]

    /// - Parameter loaderFolder: where kernel and initrd lie on the medium, for the system's own start.
    init(image: String, configuration path: String?, loaderFolder: String) throws(Failure) {
        let folder = FileSystem.parent(of: image)
        let file = path ?? "\(folder)/config.default"
        guard let text = try? FileSystem.readText(file, limit: ClientConfiguration.maximumBytes) else {
            throw MediumSource.wrong(
                "medium-no-deploy",
                "nothing says how the disk is divided: there is no \(file)",
                "write a <deploy> section into the description and build again, or name a file like a boot server's "
                    + "config.default: --deploy FILE")
        }
        var settings = try ClientConfiguration(parsing: text, file: file)
        let table = try ClientKeyTable.installed.get()
        let errors = settings.findings(table).filter { $0.severity == .error }
        if !errors.isEmpty { throw Failure(.descriptionWrong, errors) }
        guard settings.value("PART") != nil, let entry = settings.value("IMAGE") else {
            throw MediumSource.wrong(
                "medium-no-deploy", "\(file) has no IMAGE or no PART: nothing could be installed by it",
                "write a <deploy> section with <partitions> into the description")
        }
        let fields = (entry.split(separator: ",").first ?? "").split(
            separator: ";", omittingEmptySubsequences: false
        )
        .map { $0.filter { !$0.isWhitespace } }
        guard fields.count >= 3, entry.split(separator: ",").count == 1 else {
            throw MediumSource.wrong(
                "medium-images", "IMAGE of \(file) does not name exactly one image with its version",
                "write IMAGE=DEVICE;NAME;VERSION")
        }
        let name = fields[1].hasPrefix("image/") ? String(fields[1].dropFirst(6)) : fields[1]
        title = "\(name)-\(fields[2])"
        guard let ending = Self.packed.first(where: { FileSystem.name(of: image) == "\(title)\($0)" }) else {
            throw MediumSource.wrong(
                "medium-images",
                "\(file) is about the image \(title), not about \(FileSystem.name(of: image))",
                "name the image of the same build, or the right --deploy")
        }
        files["image/\(title)\(ending)"] = image
        for kind in ["sha256", "md5"] where FileSystem.isFile("\(folder)/\(title).\(kind)") {
            files["image/\(title).\(kind)"] = "\(folder)/\(title).\(kind)"
        }
        for key in ["CONF", "VENDOR_CONF"] {
            for item in (settings.value(key) ?? "").split(separator: ",") {
                let source = (item.split(separator: ";").first ?? "").filter { !$0.isWhitespace }
                let inside = source.hasPrefix("/") ? String(source.dropFirst()) : source
                guard FileSystem.isRegularFile("\(FileSystem.parent(of: file))/\(inside)") else {
                    throw MediumSource.wrong(
                        "medium-files", "the file \(source) (\(key) of \(file)) is not there",
                        "put it at \(FileSystem.parent(of: file))/\(inside)")
                }
                files[inside] = "\(FileSystem.parent(of: file))/\(inside)"
            }
        }
        // There is no other place than the medium.
        settings.set(
            "IMAGE", ([fields[0], name, fields[2]] + Self.compression(fields, ending)).joined(separator: ";"))
        if settings.value("KIWI_KERNEL") == nil { settings.set("KIWI_KERNEL", "\(loaderFolder)/linux") }
        if settings.value("KIWI_INITRD") == nil { settings.set("KIWI_INITRD", "\(loaderFolder)/initrd") }
        configuration = settings.text
    }

    private static func compression(_ fields: [String], _ ending: String) -> [String] {
        let names = [".gz": "compressed-gzip", ".xz": "compressed-xz", ".zst": "compressed-zstd"]
        return names[ending].map { ["", "", $0] } ?? []
    }
}
