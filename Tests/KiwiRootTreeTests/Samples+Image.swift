import KiwiDescription

extension ResolvedImage {
    /// An image with nothing in it.
    static var empty: ResolvedImage {
        var image = ResolvedImage(name: "sample", architecture: .x86_64, type: ImageType(image: "iso"))
        image.sourceSchemaVersion = "8.5"
        image.version = "1.0.0"
        image.packageManager = Located("apt")
        image.environment = ["kiwi_iname": "sample"]
        return image
    }
}
