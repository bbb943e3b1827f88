import KiwiBoot
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Plans what a boot description gives when it is built by itself: the initrd and the kernel of its tree, under the
/// names that KIWI gave them since 2007, `NAME.ARCH-VERSION.gz` and `NAME.ARCH-VERSION.kernel.KVER`.
struct InitrdPlanner {
    /// Whether an image is an initrd: its description is of type `boot`, or it says how dracut makes one.
    static func serves(_ image: ResolvedImage) -> Bool {
        image.type.image == "cpio"
            && (image.descriptionType == "boot" || image.initrd != ResolvedImage.InitrdOptions())
    }

    func steps(
        for image: ResolvedImage, tree: Artifact, options: CreateOptions
    ) -> [any BuildStep] {
        let stem = ResultFile.stem(image)
        let boot = BootTree(
            of: image, tree: tree, deviceNodes: .deviceNodes, position: image.type.position)
        var steps: [any BuildStep] = [inspection(of: boot, image), CopyKernel(tree: tree)]
        steps += boot.initrdSteps(system: tree, compression: .gzip)
        // Keys of kis images: these files are used as theirs.
        var files = [
            ResultFile("kis_initrd", .initrd, name: "\(stem).gz"),
            ResultFile("kis_kernel", .kernel, name: "\(stem).kernel.\(ResultFile.kernelVersion)"),
        ]
        if boot.startsXen {
            steps.append(CopyHypervisor(tree: tree))
            files.append(CopyHypervisor.result(stem))
        }
        return ResultSteps(image: image, options: options, tree: tree, files: files, limited: .initrd)
            .steps(after: steps)
    }

    private func inspection(of boot: BootTree, _ image: ResolvedImage) -> InspectSystem {
        let own = boot.dracut.map(KISImagePlanner.ownModules) ?? []
        var step = InspectSystem(
            tree: boot.tree, imageType: image.type.image, packageManager: image.packageManager.value,
            architecture: image.architecture,
            boot: .init(
                ownModules: own,
                requirements: boot.dracut == nil ? [.modulesOfInitrd] : BootRequirement.dracut,
                kernelModules: []),
            because: boot.position)
        if boot.startsXen { step.startsXen = true }
        return step
    }
}

extension BootRequirement {
    /// What makes an initrd in a tree.
    static let dracut = ["dracut", "cpio"].map {
        BootRequirement(.tool, [$0], package: $0, for: "builds the initrd")
    }
    /// What completes an initrd that is a tree of its own.
    static let modulesOfInitrd = BootRequirement(
        .tool, ["depmod"], package: "kmod", for: "lists the modules of the initrd")
}
