// swift-tools-version:6.2
import PackageDescription

// Only the engine and its benchmarks, so that measuring it needs none of the operator's dependencies.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "presage-benchmarks",
    targets: [
        .target(name: "ForecastEngine", swiftSettings: settings),
        .executableTarget(name: "prophet-benchmark", dependencies: ["ForecastEngine"], swiftSettings: settings),
        .executableTarget(name: "auto-benchmark", dependencies: ["ForecastEngine"], swiftSettings: settings),
    ]
)
