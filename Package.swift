// swift-tools-version: 6.1
import PackageDescription

// `make test` and `make check` set KIWI_STRICT: warnings are errors.
let strict: [SwiftSetting] =
    [.enableUpcomingFeature("ExistentialAny")]
    + (Context.environment["KIWI_STRICT"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])])

func test(_ name: String, exclude: [String] = []) -> Target {
    .testTarget(
        name: "Kiwi\(name)Tests", dependencies: ["Kiwi\(name)", "KiwiTesting"].map { .byName(name: $0) },
        exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "kiwi",
    products: [.executable(name: "kiwi", targets: ["kiwi"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CKiwiLinux"),
        .target(name: "KiwiDiagnostics", swiftSettings: strict),
        .target(
            name: "KiwiDescription",
            dependencies: ["KiwiDiagnostics", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "KiwiToolbox",
            dependencies: [
                "CKiwiLinux",
                "KiwiDiagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.embedInCode("Resources/distributions")], swiftSettings: strict),
        .target(
            name: "KiwiRootTree",
            dependencies: [
                "CKiwiLinux", "KiwiDescription", "KiwiToolbox",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Resources"], swiftSettings: strict),
        .target(
            name: "KiwiStorage",
            dependencies: [
                "CKiwiLinux", "KiwiDescription", "KiwiToolbox",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "KiwiBoot",
            dependencies: [
                "KiwiDescription", "KiwiToolbox", .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Resources"], swiftSettings: strict),
        .target(
            name: "KiwiImage",
            dependencies: [
                "KiwiBoot", "KiwiRootTree", "KiwiStorage", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(
            name: "KiwiConfiguration",
            dependencies: ["KiwiDiagnostics", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "KiwiDeploy", dependencies: ["CKiwiLinux", "KiwiBoot", "KiwiDescription", "KiwiToolbox"],
            swiftSettings: strict),
        .executableTarget(
            name: "kiwi",
            dependencies: [
                "KiwiConfiguration", "KiwiDeploy", "KiwiImage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(
            name: "KiwiTesting", dependencies: ["KiwiDiagnostics"], path: "Tests/KiwiTesting",
            swiftSettings: strict),
        test("Diagnostics"),
        test("Description", exclude: ["Fixtures"]),
        test("Toolbox"),
        test("RootTree", exclude: ["Fixtures"]),
        test("Storage", exclude: ["Fixtures"]),
        test("Boot", exclude: ["Fixtures"]),
        test("Image", exclude: ["Fixtures"]),
        test("Configuration"),
        test("Deploy", exclude: ["Fixtures"]),
        .testTarget(
            name: "KiwiCommandTests", dependencies: ["kiwi", "KiwiTesting"], exclude: ["Fixtures"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
