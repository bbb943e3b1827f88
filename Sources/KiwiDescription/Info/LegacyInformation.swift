import KiwiDiagnostics

/// What this program knows of a description before schema 7.4 beyond KIWI's answer.
///
/// - `legacy`: what the type was, null when it cannot be built.
/// - `upgrade_findings`: what could not be carried over as it was, and what is wrong.
struct LegacyInformation {
    var fields: [String: JSONValue]

    static func isNeeded(_ loaded: LoadedDescription) -> Bool {
        loaded.sourceSchemaVersion.flatMap { SchemaVersion($0) }.map { $0 < .oldestOfKIWI } ?? false
    }

    init(_ folder: String, _ fileName: String?, _ request: ResolveRequest) {
        let stages = LoadingStages(folder: folder, fileName: fileName, limits: ReadingLimits())
        var findings: [Diagnostic] = []
        var facts: LegacyFacts?
        do throws(LoadingStages.Stop) {
            let loaded = try stages.run().result.get()
            findings = loaded.warnings
            facts = try loaded.select(request).0.type.legacy
        } catch { findings += error.failure.diagnostics }
        fields = [
            "legacy": facts.map(\.json) ?? .null, "upgrade_findings": .array(findings.map(\.json)),
        ]
    }
}

extension LegacyFacts {
    fileprivate var json: JSONValue {
        .object([
            "type": .string(typeName), "boot": .optional(boot?.value),
            "filesystem": .optional(fileSystem?.value), "fsreadwrite": .optional(readWriteFileSystem?.value),
            "fsreadonly": .optional(readOnlyFileSystem?.value), "flags": .optional(flags?.value),
            "bootloader": .optional(loader?.value),
            "compressed": .bool(isCompressed), "deploy": deploy.map(\.json) ?? .null,
            "defaultroot": .optional(defaultRoot?.value),
            "defaultdestination": .optional(defaultDestination?.value),
        ])
    }
}

extension LegacyFacts.Deploy {
    fileprivate var json: JSONValue {
        .object([
            "server": .optional(server), "blocksize": .optional(blockSize), "device": .optional(device),
            "partitions": .array(
                partitions.map {
                    .object([
                        "number": .optional($0.number), "type": .optional($0.type),
                        "size": .optional($0.size),
                        "mountpoint": .optional($0.mountPoint), "target": .bool($0.isTarget),
                    ])
                }),
            "union": union.map {
                .object([
                    "rw": .optional($0.readWriteDevice), "ro": .optional($0.readOnlyDevice),
                    "type": .optional($0.type),
                ])
            } ?? .null,
            "configuration": .array(
                configurations.map {
                    .object(["source": .string($0.source), "dest": .string($0.destination)])
                }),
        ])
    }
}

extension JSONValue {
    /// An object with more fields.
    func adding(_ fields: [String: JSONValue]) -> JSONValue {
        guard case .object(let table) = self else { return self }
        return .object(table.merging(fields) { _, new in new })
    }
}
