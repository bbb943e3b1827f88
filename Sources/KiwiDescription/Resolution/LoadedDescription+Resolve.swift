import KiwiDiagnostics

extension LoadedDescription {
    /// What a build with these choices makes.
    ///
    /// A profile, type or override that does not exist is a usage failure; what the description
    /// itself lacks makes it wrong.
    public func resolve(_ request: ResolveRequest) throws(Failure) -> ResolvedImage {
        do throws(LoadingStages.Stop) {
            let (selection, notes) = try select(request)
            var image = Resolver(selection: selection, overrides: request.overrides).resolve()
            image.notes = notes
            return image
        } catch { throw error.failure }
    }

    /// The names of all image types that a build with these choices could make, each once, in order.
    public func typeNames(_ request: ResolveRequest) throws(Failure) -> [String] {
        do throws(LoadingStages.Stop) {
            let (selection, _) = try select(request)
            var seen: Set<String> = []
            return selection.types.map(\.name).filter { seen.insert($0).inserted }
        } catch { throw error.failure }
    }

    /// The profiles of an architecture by which an image type can be chosen; others only add to them.
    public func profilesWithTypes(_ architecture: Architecture) throws(Failure) -> [String] {
        let selection = ProfileSelection(description, architecture)
        var names: [String] = []
        for name in selection.profiles.map(\.name.value) where !names.contains(name) {
            let chosen = try selection.select([name], all: description.profiles)
            let types = TypeSelection(description, profiles: chosen, architecture: architecture)
            if !types.candidates.isEmpty { names.append(name) }
        }
        return names
    }

    /// The sections that count after the overrides.
    func select(_ request: ResolveRequest) throws(LoadingStages.Stop) -> (Selection, notes: [Diagnostic]) {
        let selection = try Selection(description, request)
        let notes = Self.oldName(request.type, selection.type)
        if request.overrides == Overrides() { return (selection, notes) }
        var rewriter = OverrideRewriter(self, selection, request)
        do throws(Failure) { try rewriter.apply() } catch {
            throw LoadingStages.Stop(stage: .other, failure: error)
        }
        var changed = Description(
            rewriter.document, folder: description.folder, file: description.file,
            sourceSchemaVersion: description.sourceSchemaVersion, legacy: legacy)
        changed.baseFolders = description.baseFolders
        var again = request
        again.type = selection.type.name
        var result = try Selection(changed, again)
        // An override of another type of the same name must not change which type was chosen.
        result.typeIndex = selection.typeIndex
        result.type = changed.preferences[selection.typeIndex.preferences].types[selection.typeIndex.type]
        return (result, notes + rewriter.notes)
    }

    /// `vmx` means `oem`, but only old descriptions call it so.
    private static func oldName(_ requested: String?, _ type: ImageType) -> [Diagnostic] {
        guard requested == "vmx", type.name != "vmx" else { return [] }
        return [
            Diagnostic(
                "type-vmx", .warning, at: nil, "the image type 'vmx' is called 'oem' today",
                remedy: "write --type oem")
        ]
    }
}
