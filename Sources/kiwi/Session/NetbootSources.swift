import Foundation
import KiwiDeploy
import KiwiDiagnostics
import KiwiImage
import KiwiToolbox

/// Reads what a person names as a result.
enum NetbootSources {
    /// - Parameter path: the target folder of a build, or a live ISO.
    static func read(_ path: String) throws -> NetbootSource {
        if FileSystem.isFile(path), path.hasSuffix(".iso") {
            return NetbootSource(place: path, files: ["live_image": path])
        }
        let results = try ResultList(of: path)
        var files: [String: String] = [:]
        for (key, entry) in results.entries where wanted(key) {
            files[key] = try ResultList.file(of: entry, in: path)
        }
        let names = results.entries.values.map(\.name)
        return NetbootSource(
            place: path, files: files, type: ManifestFile.find(in: path, naming: names)?.image.type)
    }

    private static func wanted(_ key: String) -> Bool {
        key == "live_image" || key == "installation_pxe_archive" || key == "xen_hypervisor"
            || key.hasPrefix("kis_")
    }
}

enum NetbootText {
    /// A time of this machine without seconds.
    static func minute(_ seconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(seconds))
        return date.formatted(
            .iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false)
                .timeSeparator(.colon))
    }
}
