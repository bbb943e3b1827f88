import KiwiDiagnostics

/// The rpm package of a bundle: noarch, release 0, files in `/var/tmp/NAME`. Pure.
public struct BundleRPM: Sendable, Hashable {
    public var name: String
    public var version: String

    /// Only characters that mean nothing to rpmbuild.
    init(name: String, version: String) throws(Diagnostic) {
        for (what, text) in [("name", name), ("version", version)] {
            let allowed = what == "name" ? "._+-" : "._+~^"
            guard let first = text.unicodeScalars.first, first.isASCII, !"._+-~^".contains(Character(first)),
                text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || allowed.contains($0)) })
            else {
                throw Diagnostic(
                    "bundle-rpm", "'\(text)' cannot be the \(what) of an rpm package",
                    remedy: "choose a --bundle-format of letters, digits and . _ + -")
            }
        }
        self.name = name
        self.version = version
    }

    public var fileName: String { "\(name)-\(version)-0.noarch.rpm" }
    /// Whether a file is this package in some version.
    func isNamed(_ file: String) -> Bool {
        guard file.hasPrefix("\(name)-"), file.hasSuffix("-0.noarch.rpm") else { return false }
        return !file.dropFirst(name.count + 1).dropLast("-0.noarch.rpm".count).contains("-")
    }

    /// Where the package puts its files, without the leading slash.
    public var folder: String { "var/tmp/\(name)" }

    public var specification: String {
        """
        Name: \(name)
        Version: \(version)
        Release: 0
        Summary: Image \(name)
        License: Various
        BuildArch: noarch
        AutoReqProv: no

        %description
        The results of the image build \(name) \(version) in /\(folder).

        %install

        %files
        %dir /\(folder)
        /\(folder)/*

        """
    }

    /// rpmbuild keeps the files that lie in the build root already and does not pack them once more.
    static let definitions = [
        "__spec_install_pre %{___build_pre}", "__os_install_post %{nil}", "_binary_payload w.ufdio",
        "_build_id_links none", "debug_package %{nil}", "use_source_date_epoch_as_buildtime 1",
        "clamp_mtime_to_source_date_epoch 1",
        "_buildhost localhost",
    ]
}
