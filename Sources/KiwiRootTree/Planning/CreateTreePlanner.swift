import KiwiDescription
import KiwiToolbox

/// Plans what happens to the root tree at the start of create.
public enum CreateTreePlanner {
    /// The step that runs `images.sh`; none without the script.
    public static func steps(
        for image: ResolvedImage, contents: DescriptionContents, options: PrepareOptions = PrepareOptions()
    ) -> [any BuildStep] {
        guard let script = contents.scripts[KiwiScript.images.rawValue] else { return [] }
        return [
            RunImagesScript(
                type: image.type.image, script: script, environment: image.environment,
                selinuxPolicy: image.type.string("selinux_policy") ?? "targeted",
                reusesScripts: options.reusesScripts)
        ]
    }

    /// The layer that the image of this type is made from.
    public static func layer(for image: ResolvedImage, contents: DescriptionContents) -> Artifact {
        contents.has(.images) ? .imageTypeLayer(image.type.image) : .configurationLayer
    }
}
