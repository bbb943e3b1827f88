import Foundation
import KiwiDiagnostics

extension RuntimeConfiguration {
    /// The files KIWI reads, in its order; later ones win. Only `custom` must exist.
    public static func searchPath(
        home: String, custom: String? = nil, list: (String) -> [String] = Self.filesInFolder
    ) -> [String] {
        var files = ["/usr/share/kiwi/kiwi.yml"]
        files += list("/usr/share/kiwi/kiwi.yml.d")
        files += ["/etc/kiwi.yml"]
        files += list("/etc/kiwi.yml.d")
        files += ["\(home)/.config/kiwi/config.yml"]
        return files + (custom.map { [$0] } ?? [])
    }

    /// The `*.yml` files of a folder, sorted.
    public static func filesInFolder(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yml") }.sorted().map { "\(folder)/\($0)" }
    }

    /// Reads and merges all configuration files of this machine and `custom`.
    ///
    /// - Returns: the configuration and the findings that do not stop a build.
    /// - Throws: `Failure`: usage when `custom` is missing, description when a file is wrong.
    public static func load(home: String, custom: String? = nil) throws -> (Self, [Diagnostic]) {
        var texts: [(file: String, text: String)] = []
        for file in searchPath(home: home, custom: custom) {
            guard FileManager.default.fileExists(atPath: file) else {
                if file != custom { continue }
                throw Failure(
                    .usage,
                    Diagnostic("configuration-missing", "\(file) does not exist", remedy: "check --config"))
            }
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw Failure(
                    .usage, Diagnostic("configuration-unreadable", "\(file) cannot be read as UTF-8 text"))
            }
            texts.append((file, text))
        }
        let (configuration, findings) = merge(texts)
        if findings.contains(where: { $0.severity == .error }) { throw Failure(.descriptionWrong, findings) }
        return (configuration, findings)
    }

    /// Merges the texts of files in their order, as KIWI does: lists are joined, other
    /// values replace earlier ones unless they are empty or false.
    public static func merge(_ files: [(file: String, text: String)]) -> (Self, [Diagnostic]) {
        var merged: [String: SettingValue] = [:]
        var findings: [Diagnostic] = []
        for (file, text) in files {
            var reader = SettingReader(file: file)
            let settings = reader.read(text)
            findings += reader.diagnostics
            for setting in settings {
                guard let entry = SettingTable.entry(setting.key) else {
                    findings.append(unknown(setting))
                    continue
                }
                if entry.store == nil { findings.append(noEffect(setting)) }
                merged[setting.key] = join(merged[setting.key], setting.value)
            }
        }
        var configuration = RuntimeConfiguration()
        configuration.files = files.map(\.file)
        for entry in SettingTable.entries {
            guard let value = merged[entry.key], let store = entry.store else { continue }
            switch entry.kind.read(value, key: entry.key) {
            case .success(let stored): store(&configuration, stored)
            case .failure(let finding): findings.append(finding)
            }
        }
        if merged["bundle.shasum_size"] == nil {
            configuration.bundleChecksumSize = configuration.checksumSize
        }
        return (configuration, findings.sorted { ($0.position?.line ?? 0) < ($1.position?.line ?? 0) })
    }

    private static func join(_ old: SettingValue?, _ new: SettingValue) -> SettingValue {
        guard let old else { return new }
        if case .list(let before) = old.content, case .list(let after) = new.content {
            return SettingValue(content: .list(before + after), position: new.position)
        }
        if case .table(let before) = old.content, case .table(let after) = new.content {
            let keys = Set(after.map(\.key))
            return SettingValue(
                content: .table(before.filter { !keys.contains($0.key) } + after), position: new.position)
        }
        return new.isEmpty ? old : new
    }

    private static func unknown(_ setting: SettingReader.Setting) -> Diagnostic {
        let near = nearestName(to: setting.key, among: SettingTable.entries.map(\.key))
        return Diagnostic(
            "configuration-unknown", .warning, at: setting.value.position,
            "unknown setting '\(setting.key)' is ignored",
            remedy: near.map { "write '\($0)'" } ?? "remove it")
    }

    private static func noEffect(_ setting: SettingReader.Setting) -> Diagnostic {
        Diagnostic(
            "configuration-no-effect", .note, at: setting.value.position,
            "setting '\(setting.key)' has no effect yet")
    }
}
