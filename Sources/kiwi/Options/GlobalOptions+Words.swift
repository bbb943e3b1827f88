import KiwiImage
import KiwiToolbox

extension GlobalOptions {
    /// The words of a command line that mean the same, without the choice of profile and type.
    ///
    /// - Parameter place: what to write for a path.
    func words(_ place: (String) -> String) -> [String] {
        func option(_ name: String, _ value: String?) -> [String] { value.map { [name, $0] } ?? [] }
        func flag(_ name: String, _ isSet: Bool) -> [String] { isSet ? [name] : [] }
        func shared(_ text: String) -> String { Self.sharedPlace(text, place) }
        let files =
            option("--kiwi-file", kiwiFile) + option("--config", config.map(place))
            + option("--shared-cache-dir", sharedCacheDir.map(place))
            + option("--temp-dir", tempDir.map(place))
            + option("--logfile", logfile.map { $0 == "stdout" ? $0 : place($0) })
        let choices =
            option("--target-arch", targetArch) + option("--loglevel", loglevel.map(String.init))
            + option("--sandbox", sandbox?.rawValue) + option("--network", network?.rawValue)
            + option("--cache-to", cacheTo.map(shared))
        let lists =
            cacheFrom.flatMap { ["--cache-from", shared($0)] } + setenv.flatMap { ["--setenv", $0] }
            + mirror.flatMap { ["--mirror", $0] }
        return files + choices + lists + flag("--no-cache", noCache) + flag("--no-tmpfs", noTmpfs)
            + flag("--debug", debug) + flag("--color-output", colorOutput)
    }

    /// A place of shared layers, where only paths are rewritten.
    static func sharedPlace(_ text: String, _ place: (String) -> String) -> String {
        CacheLocation(text, absolute: place)?.description ?? text
    }
}
