import ArgumentParser
import Foundation

extension BuildRequest {
    /// Collects the global options and the environment.
    init(_ operation: Operation, _ global: GlobalOptions) throws {
        self.init(operation: operation, cache: Paths.cache(global.sharedCacheDir))
        kiwiFile = global.kiwiFile
        profiles = global.profile
        if operation == .prepare || operation == .update { _ = try global.singleType() }
        types = global.type
        type = types.count == 1 && types != ["all"] ? types[0] : nil
        targetArchitecture = global.targetArch
        environment = global.environment
        temporaryFolder = global.tempDir.map(Paths.absolute)
        configuration = try global.loadConfiguration()
        sandbox = try Self.sandbox(global.sandbox)
        network = global.network ?? .host
        useCache = !global.noCache
        cacheSources = global.cacheSources
        cacheTarget = global.cacheTarget
        useTmpfs = !global.noTmpfs
        logFile = global.logfile.map { $0 == "stdout" ? $0 : Paths.absolute($0) }
        logLevel = global.level
        forceColor = global.colorOutput
        sourceDateEpoch = try Self.sourceDateEpoch()
    }

    mutating func take(_ options: PrepareOptions) throws {
        allowExistingRoot = options.allowExistingRoot
        clearCache = options.clearCache
        offline = options.choice.offline.offline
        toolsTree = options.choice.tools.tree
        options.choice.apply(to: &overrides)
        overrides.ignoreRepositoriesUsedForBuild = options.ignoreReposUsedForBuild
        overrides.deletePackages = options.deletePackage
        overrides.setTypeAttributes = options.setTypeAttr
        overrides.setContainerDerivedFrom = options.setContainerDerivedFrom
        overrides.setContainerTag = options.setContainerTag
        overrides.addContainerLabels = options.addContainerLabel
        overrides.caCertificates = options.caCert.map(Paths.absolute)
        overrides.caTargetDistribution = options.caTargetDistribution?.rawValue
        keepIdentity = options.keepIdentity
        registries = options.registries.access
    }

    mutating func take(_ options: PlanOptions) {
        dryRun = options.dryRun
        estimate = options.estimate
        format = options.format.format
    }

    /// `--sandbox`, else KIWI_SANDBOX.
    static func sandbox(
        _ option: GlobalOptions.SandboxChoice?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> GlobalOptions.SandboxChoice {
        if let option { return option }
        guard let text = environment["KIWI_SANDBOX"], !text.isEmpty else { return .auto }
        guard let choice = GlobalOptions.SandboxChoice(rawValue: text) else {
            let known = GlobalOptions.SandboxChoice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("KIWI_SANDBOX is '\(text)'; it must be one of \(known)")
        }
        return choice
    }

    /// SOURCE_DATE_EPOCH, read once, here.
    static func sourceDateEpoch(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Int64? {
        guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else { return nil }
        guard let seconds = Int64(text), seconds >= 0 else {
            throw ValidationError("SOURCE_DATE_EPOCH is '\(text)'; it must be a number of seconds")
        }
        return seconds
    }
}
