import KiwiDescription
import KiwiToolbox

/// The end of every image's plan: the lists beside it, then the results appear.
struct ResultSteps {
    var image: ResolvedImage
    var options: CreateOptions
    /// The topmost layer of the root tree.
    var tree: Artifact
    /// The image itself and what belongs to it.
    var files: [ResultFile]
    /// What must have been found good before anything appears.
    var after: [Artifact] = []
    /// The file that `build_constraints: max_size` is about.
    var limited: Artifact?

    /// - Parameter steps: all steps before.
    func steps(after steps: [any BuildStep]) -> [any BuildStep] {
        var steps = steps
        var files = files
        var after = after
        if let limited, let bytes = options.maximumBytes {
            steps.append(CheckResultSize(file: limited, maximumBytes: bytes, because: image.type.position))
            after.append(CheckResultSize.checked)
        }
        if options.writeLists {
            steps.append(
                WriteLists(
                    tree: tree, packageManager: image.packageManager, withChanges: options.writeChanges))
            steps.append(WriteSBOM(tree: tree, image: image, options: options))
            files += lists + ResultFile.billsOfMaterials(image)
        }
        let tools = Set(steps.flatMap(\.tools).map(\.tool)).sorted()
        steps.append(
            PublishResults(
                image: image, files: files,
                layers: [options.packagesLayer, tree, options.bootTree?.tree].compactMap { $0 },
                toolNames: tools, after: after, options: options))
        return steps
    }

    private var lists: [ResultFile] {
        let stem = ResultFile.stem(image)
        var files = [
            ResultFile("image_packages", .packageListFile, name: "\(stem).packages", shasum: false),
            ResultFile("image_verified", .verificationFile, name: "\(stem).verified", shasum: false),
        ]
        if options.writeChanges {
            files.append(
                ResultFile(
                    "image_changes", .changesFile, name: "\(stem).changes",
                    compress: options.compressInBundle ?? true, shasum: false))
        }
        return files
    }
}
