/// What an image type says about the description of its kiwi initrd.
public struct BootDescriptionReference: Hashable, Sendable, Codable {
    /// `boot`: a path, most often `KIND/DISTRIBUTION`.
    public var name: Located<String>
    /// `bootprofile`: the profile of the boot description.
    public var profile: Located<String>
    /// `bootkernel`: its profile that chooses the kernel.
    public var kernel: Located<String>
    /// Absolute path of the folder of the description that refers to it.
    public var folder: String

    /// nil when the initrd of an image is made otherwise, or names no description.
    public init?(_ image: ResolvedImage) {
        guard image.initrdSystem == "kiwi", let name = image.type.attributes["boot"],
            !trimmed(name.value).isEmpty
        else { return nil }
        self.name = Located(trimmed(name.value), at: name.position)
        profile = image.type.attributes["bootprofile"] ?? Located("default")
        kernel = image.type.attributes["bootkernel"] ?? Located("std")
        folder = image.folder
    }

    /// Where the folder of the boot description may be, in order.
    ///
    /// - Parameter shares: absolute folders that boot descriptions may be installed in.
    public func candidates(shares: [String]) -> [String] {
        if name.value.hasPrefix("/") { return [name.value] }
        let here = FileAccess.absolute(name.value)
        var seen: Set<String> = []
        return ([here] + ([folder] + shares).map { FileAccess.join($0, name.value) }).filter {
            seen.insert($0).inserted
        }
    }

    /// The first folder that is there; nil when there is none.
    public func folder(shares: [String], exists: (String) -> Bool) -> String? {
        candidates(shares: shares).first(where: exists)
    }

    /// The profiles to build it with, of those it has. The usual names may be missing, others not.
    public func profiles(of known: Set<String>) -> [String] {
        [profile, kernel].filter { $0.position != nil || known.contains($0.value) }.map(\.value)
    }
}
