/// What packages, keys and containers come from, as far as it lies on this machine.
public enum LocalSource {
    /// The path of a `file:`, `dir:` or `iso:` address, or of one without a scheme; nil for others.
    ///
    /// - Parameter mirrors: rules that may turn other addresses into such.
    public static func path(_ address: String, mirrors: [MirrorRule] = []) -> String? {
        let address = MirrorRule.rewrite(address, by: mirrors)
        if let path = LocalRepositories.isoPath(address) { return path }
        if case .local(let path)? = RepositoryAddress(address) { return path }
        return nil
    }
}
