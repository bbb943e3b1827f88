import KiwiDescription
import KiwiToolbox

/// The last steps of a plan with one result: its size, the lists that go with it, its publication.
enum ResultTail {
    static func steps(
        _ file: ResultFile, of image: ResolvedImage, tree: Artifact, made steps: [any BuildStep],
        after: [Artifact] = [], options: CreateOptions
    ) -> [any BuildStep] {
        var tail: [any BuildStep] = []
        var after = after
        if let limit = options.maximumBytes {
            tail.append(
                CheckResultSize(file.artifact, maximumBytes: limit, because: image.type.position))
            after.append(CheckResultSize.passed)
        }
        var files = [file]
        if options.writeLists {
            tail.append(
                WriteLists(
                    tree: tree, packageManager: image.packageManager, withChanges: options.writeChanges))
            files += lists(image, options)
        }
        tail.append(
            PublishResults(
                image: image, files: files, layers: [options.packagesLayer, tree].compactMap { $0 },
                toolNames: Set((steps + tail).flatMap(\.tools).map(\.tool)).sorted(), after: after,
                options: options))
        return tail
    }

    private static func lists(_ image: ResolvedImage, _ options: CreateOptions) -> [ResultFile] {
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
