import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Lays results out in the tree of a boot server.
public struct NetbootExport: Sendable {
    public var tree: NetbootTree
    public var start: NetbootSource.Start
    /// The root of kis and pxe images, instead of their own file.
    public var nfs: NFSRoot?
    /// Where archives are unpacked: a folder on a real disk.
    public var temporaryFolder: String
    /// Told what happens.
    public var report: @Sendable (String) -> Void

    public init(
        tree: NetbootTree, start: NetbootSource.Start = .auto, nfs: NFSRoot? = nil, temporaryFolder: String,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.tree = tree
        self.start = start
        self.nfs = nfs
        self.temporaryFolder = temporaryFolder
        self.report = report
    }

    /// Copies the files of one result.
    /// - Returns: its menu entries, not written yet.
    public func run(_ source: NetbootSource) async throws -> [NetbootEntry] {
        if nfs != nil, source.files["live_image"] ?? source.files["installation_pxe_archive"] != nil {
            throw Self.refusal(
                "\(source.place) brings its own root, it does not start over NFS",
                "name a kis image, or leave out --nfs")
        }
        if let iso = source.files["live_image"] { return [try await live(iso)] }
        if let archive = source.files["installation_pxe_archive"] {
            return try await unpacked(archive) { folder, names in
                let keys = NetbootSource.keys(ofArchiveFiles: names)
                return [try await installer(keys.mapValues { "\(folder)/\($0)" }, archive)]
            }
        }
        if let archive = source.files["kis_archive"] {
            return try await unpacked(archive) { folder, names in
                let keys = NetbootSource.keys(ofArchiveFiles: names)
                let files = keys.mapValues { "\(folder)/\($0)" }
                return [try await kernel(files.merging(source.files) { own, _ in own }, source)]
            }
        }
        if source.files["kis_kernel"] != nil { return [try await kernel(source.files, source)] }
        throw Self.refusal(
            "\(source.place) holds nothing that starts over the network",
            "name the target folder of an iso, kis or pxe image, or of a disk with installpxe=\"true\"")
    }

    private static func refusal(_ message: String, _ remedy: String) -> Failure {
        Failure(.usage, Diagnostic("netboot-export", message, remedy: remedy))
    }

    // MARK: - Kinds of results

    private func live(_ iso: String) async throws -> NetbootEntry {
        let stem = try Self.stem(FileSystem.name(of: iso), dropping: ".iso")
        let scratch = try ScratchFolder(in: temporaryFolder)
        defer { scratch.remove() }
        try ToolCheck.require([ToolRequirement("xorriso", package: "xorriso", to: "read ISO media")])
        // The architecture is part of the path; one of them is there.
        let folder = "/boot/\(Architecture(resultFile: stem)?.rawValue ?? "x86_64")/loader"
        let wanted = [
            ("\(folder)/linux", "kernel"), ("\(folder)/initrd", "initrd"), ("/boot/grub/grub.cfg", "menu"),
            ("/boot/grub2/grub.cfg", "menu"),
        ]
        for (inside, outside) in wanted {
            _ = await capture(
                "xorriso",
                ["-osirrox", "on", "-indev", iso, "-extract", inside, "\(scratch.path)/\(outside)"],
                timeout: 300)
        }
        for file in ["kernel", "initrd"] where !FileSystem.isRegularFile("\(scratch.path)/\(file)") {
            throw Self.refusal(
                "\(iso) has no \(file) in \(folder)", "name a live ISO that kiwi has built")
        }
        let menu = (try? FileSystem.readText("\(scratch.path)/menu", limit: 1 << 20)) ?? ""
        try await place("\(scratch.path)/kernel", "boot/\(stem).live.kernel")
        try await place("\(scratch.path)/initrd", "boot/\(stem).live.initrd")
        try await place(iso, "image/\(stem).iso")
        report("checksum of \(stem).iso")
        let hash = try Digest(ofFile: "\(tree.path)/image/\(stem).iso").hex
        try FileSystem.writeAtomically("\(hash)  \(stem).iso\n", to: "\(tree.path)/image/\(stem).iso.sha256")
        let words = Self.liveWords(inMenu: menu)
        return try entry(
            "\(stem).live", "\(stem) (live)",
            commandLine: ["root=live:\(NetbootEntry.urlMark)/image/\(stem).iso"] + words)
    }

    /// The kernel options of a medium's first entry that do not belong to the medium.
    static func liveWords(inMenu text: String) -> [String] {
        let line = text.split(separator: "\n").lazy.map { $0.drop { $0 == " " || $0 == "\t" } }
            .first { $0.hasPrefix("linux ") }
        guard let line else { return [] }
        return line.split(separator: " ").dropFirst(2).map(String.init).filter { word in
            !word.hasPrefix("root=") && !word.hasPrefix("rd.live.") && !word.hasPrefix("$")
        }
    }

    private func installer(_ files: [String: String], _ archive: String) async throws -> NetbootEntry {
        guard let kernel = files["install_kernel"], let initrd = files["install_initrd"],
            let image = files.keys.first(where: { $0.hasPrefix("install:") && $0.hasSuffix(".xz") })
        else {
            throw Self.refusal(
                "\(archive) is no installation archive", "build it again with installpxe=\"true\"")
        }
        let name = String(image.dropFirst("install:".count))
        let stem = try Self.stem(name, dropping: ".xz")
        for (key, path) in files.sorted(by: { $0.key < $1.key }) where key.hasPrefix("install:") {
            try await place(path, "image/\(FileSystem.name(of: path))")
        }
        try await place(kernel, "boot/\(stem).install.kernel")
        try await place(initrd, "boot/\(stem).install.initrd")
        let own = try files["install_append"].map { try FileSystem.readText($0, limit: 1 << 16) } ?? ""
        let words = own.split(whereSeparator: \.isWhitespace).map(String.init).filter {
            !$0.hasPrefix("rd.kiwi.install.")
        }
        return try entry(
            "\(stem).install", "Install \(stem)",
            commandLine: [
                "rd.kiwi.install.pxe", "rd.kiwi.install.image=\(NetbootEntry.urlMark)/image/\(name)",
            ] + words)
    }

    private func kernel(_ files: [String: String], _ source: NetbootSource) async throws -> NetbootEntry {
        guard let kernel = files["kis_kernel"], let initrd = files["kis_initrd"] else {
            throw Self.refusal(
                "\(source.place) has no \(files["kis_kernel"] == nil ? "kernel" : "initrd")",
                "build the image with an initrd")
        }
        // Boot descriptions: that of a system, and one by itself.
        let ending = [".initrd.xz", ".gz"].first(where: initrd.hasSuffix)
        let isDescribed = ending != nil
        let stem = try Self.stem(FileSystem.name(of: initrd), dropping: ending ?? ".initrd")
        try await place(kernel, "boot/\(stem).kernel")
        try await place(initrd, "boot/\(stem).initrd")
        let hypervisorFile = files["xen_hypervisor"] ?? files["kis_hypervisor"]
        let hypervisor = hypervisorFile == nil ? nil : "boot/\(stem)-xen.gz"
        if let path = hypervisorFile, let hypervisor { try await place(path, hypervisor) }
        let root = nfs == nil ? files["kis_rootfs"] : nil
        let images = [
            "kis_rootfs", "kis_sha256", "kis_md5", "kis_read_only", "kis_read_only_sha256",
            "kis_read_only_md5",
        ]
        for key in nfs != nil ? [] : images {
            if let path = files[key] { try await place(path, "image/\(FileSystem.name(of: path))") }
        }
        if let path = files["kis_config"] {
            let target = "\(tree.path)/KIWI/config.default"
            if FileSystem.exists(target), try FileSystem.readBytes(target) != FileSystem.readBytes(path) {
                report("KIWI/config.default stays as it is; the one of \(stem) is \(path)")
            } else {
                try await place(path, "KIWI/config.default")
            }
        }
        let own = try files["kis_append"].map { try FileSystem.readText($0, limit: 1 << 16) } ?? ""
        var words = own.split(whereSeparator: \.isWhitespace).map(String.init)
        let isSquashfs = root.map(Self.isSquashfs) ?? false
        if let nfs {
            words.removeAll { $0.hasPrefix("root=") }
            return try entry(
                "\(stem).nfs", "\(stem) (NFS)", files: stem, commandLine: [nfs.root] + words,
                hypervisor: hypervisor)
        }
        var kind = start
        if kind == .auto {
            kind = source.type == "pxe" || isDescribed ? .client : isSquashfs ? .http : .append
        }
        switch kind {
        case .client:
            words.removeAll { $0.hasPrefix("root=") }
            words =
                (isDescribed ? [] : ["root=netboot"]) + ["kiwiserver=\(NetbootEntry.serverMark)"] + words
        case .http:
            guard let root, isSquashfs else {
                throw Self.refusal(
                    "\(source.place) has no squashfs that could be a root over HTTP",
                    "build it with filesystem=\"squashfs\" and without compressed")
            }
            words.removeAll { $0.hasPrefix("root=") }
            words = ["root=overlay:\(NetbootEntry.urlMark)/image/\(FileSystem.name(of: root))"] + words
        case .append, .auto: break
        }
        return try entry(stem, stem, commandLine: words, hypervisor: hypervisor)
    }

    // MARK: - Parts

    private func entry(
        _ stem: String, _ title: String, files: String? = nil, commandLine: [String],
        hypervisor: String? = nil
    )
        throws
        -> NetbootEntry
    {
        let entry = NetbootEntry(
            id: stem, title: title, kernel: "boot/\(files ?? stem).kernel",
            initrd: "boot/\(files ?? stem).initrd",
            commandLine: commandLine.joined(separator: " "), hypervisor: hypervisor)
        guard entry.isPlain else {
            throw Self.refusal(
                "the name or the kernel options of \(stem) have signs that boot loaders take for their own",
                "remove control characters and ${ from the kernel options")
        }
        return entry
    }

    /// Names of files become words of menus and addresses.
    private static func stem(_ name: String, dropping end: String) throws -> String {
        let stem = name.hasSuffix(end) ? String(name.dropLast(end.count)) : name
        let isPlain = stem.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || "._+~-".utf8.contains($0)
        }
        guard isPlain, !stem.isEmpty, !stem.hasPrefix(".") else {
            throw refusal(
                "the file name '\(name)' cannot be used in menus",
                "give it a name of letters, digits and . _ + -")
        }
        return stem
    }

    private static func isSquashfs(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 4)) == Data("hsqs".utf8)
    }

    /// Copies a file; clients see the old one or the new one, and everybody may read it.
    private func place(_ source: String, _ name: String) async throws {
        report(name)
        let target = "\(tree.path)/\(name)"
        let temporary = "\(FileSystem.parent(of: target))/.\(FileSystem.name(of: target)).new"
        defer { try? FileSystem.removeTree(temporary) }
        let answer = await capture(
            "cp", ["--reflink=auto", "--no-preserve=mode", "--", source, temporary], timeout: 86400)
        guard answer.exitCode == 0 else {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "netboot-export", "\(source) cannot be copied to \(target)",
                    remedy: "see the message below",
                    notes: [answer.text]))
        }
        guard chmod(temporary, 0o644) == 0 else { throw FileError.current("change the mode of", temporary) }
        try FileSystem.rename(temporary, to: target)
    }

    private func unpacked<Value>(
        _ archive: String, then: (_ folder: String, _ names: [String]) async throws -> Value
    ) async throws -> Value {
        let scratch = try ScratchFolder(in: temporaryFolder)
        defer { scratch.remove() }
        report("unpack \(FileSystem.name(of: archive))")
        let answer = await capture(
            "tar", ["-x", "-f", archive, "-C", scratch.path, "--no-same-owner", "--no-same-permissions"],
            timeout: 86400)
        guard answer.exitCode == 0 else {
            throw Failure(
                .usage,
                Diagnostic(
                    "netboot-export", "\(archive) cannot be unpacked", remedy: "build it again",
                    notes: [answer.text]))
        }
        let names = try FileSystem.names(in: scratch.path).filter {
            FileSystem.isRegularFile("\(scratch.path)/\($0)")
        }
        return try await then(scratch.path, names)
    }
}
