import KiwiDescription
@testable import KiwiDescription

extension ResolvedImage {
    /// An image with nothing in it.
    static var empty: ResolvedImage {
        ResolvedImage(
            folder: "/nowhere", file: "/nowhere/config.xml", sourceSchemaVersion: "8.5", name: "sample",
            displayName: nil, imageID: nil, author: "A", contact: "a@example.org", specification: "sample",
            version: "1.0.0", releaseVersion: nil, packageManager: Located("apt"), architecture: .x86_64,
            profiles: [], type: ImageType(image: "iso"), locales: [], timezone: nil, keytable: nil,
            bootsplashTheme: nil, bootloaderTheme: nil, showLicense: [], rpmExcludeDocs: false,
            rpmCheckSignatures: false, rpmLocaleFiltering: false, repositories: [], bootstrap: PackageSet(),
            system: PackageSet(), deletePackages: [], uninstallPackages: [], users: [], drivers: [],
            strip: Strip(), initrd: InitrdOptions(), environment: ["kiwi_iname": "sample"])
    }
}
