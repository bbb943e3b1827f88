import KiwiBoot
import KiwiDescription
import KiwiRootTree
import KiwiToolbox

/// Archives with `bootinclude="true"` in initrds that dracut makes: everything they hold, beside what dracut selects.
public enum BootArchives {
    /// The steps of an image, whose initrds get the archives.
    ///
    /// - Parameters:
    ///   - image: the boot image when there is one, else the system.
    ///   - contents: the files beside its description.
    public static func given(
        to steps: [any BuildStep], of image: ResolvedImage, _ contents: DescriptionContents
    ) -> [any BuildStep] {
        let archives = image.bootContents.archives
        guard !archives.isEmpty, let tree = steps.lazy.compactMap({ ($0 as? MakeInitrd)?.tree }).first else {
            return steps
        }
        let names = Set(archives.map(\.name.value))
        let unpack = UnpackBootArchives(
            tree: tree, archives: archives, files: contents.archives.filter { names.contains($0.key) })
        return [unpack]
            + steps.map { step -> any BuildStep in
                guard var step = step as? MakeInitrd else { return step }
                step.archives = .bootArchives
                return step
            }
    }
}
