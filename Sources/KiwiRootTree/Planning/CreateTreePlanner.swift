import KiwiDescription
import KiwiToolbox

/// Plans what happens to the root tree at the start of create.
public struct CreateTreePlanner: Sendable {
    public var image: ResolvedImage
    public var contents: DescriptionContents
    public var options: PrepareOptions
    /// The `/.profile` of a tree that may have been prepared for another type; nil when it was made for
    /// this one.
    public var oldProfile: String?

    public init(
        image: ResolvedImage, contents: DescriptionContents, options: PrepareOptions, oldProfile: String?
    ) {
        self.image = image
        self.contents = contents
        self.options = options
        self.oldProfile = oldProfile
    }

    private var newProfile: String? {
        let text = ScriptVariables.profile(image.environment)
        return oldProfile.map { $0 != text } ?? false ? text : nil
    }

    /// The step that makes the type's layer; none when there is nothing to change.
    public var steps: [any BuildStep] {
        let script = contents.scripts[KiwiScript.images.rawValue]
        guard script != nil || newProfile != nil else { return [] }
        return [
            MakeTypeLayer(
                type: image.type.image, profile: newProfile, script: script, environment: image.environment,
                selinuxPolicy: image.type.string("selinux_policy") ?? "targeted",
                labelsMayWait: SecurityLabels.mayWait(for: image.type), reusesScripts: options.reusesScripts)
        ]
    }

    /// The layer that the image of this type is made from.
    public var layer: Artifact {
        steps.isEmpty ? .configurationLayer : .imageTypeLayer(image.type.image)
    }
}
