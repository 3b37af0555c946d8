// swift-tools-version:6.2
import PackageDescription

// The part of the package that handles foreign bytes, C libraries and threads, without what it needs no part of: no
// server framework. `scripts/test-core` builds it with a sanitizer, or optimized to fuzz it; the
// folders are those of the real package, whose settings these are.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let engineSettings = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")

let package = Package(
    name: "presage-core",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1"),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq"),
        .target(name: "ForecastEngine", swiftSettings: engineSettings),
        .target(name: "HTTPTransport", dependencies: ["CLibcurl", logging], swiftSettings: settings),
        .target(
            name: "KubernetesClient",
            dependencies: ["HTTPTransport", "CLibyaml", logging, metrics, lifecycle, collections],
            swiftSettings: settings
        ),
        .target(name: "PostgreSQL", dependencies: ["CLibpq"], swiftSettings: settings),
        .target(name: "ObjectStore", dependencies: ["HTTPTransport"], swiftSettings: settings),
        .target(
            name: "DataSources",
            dependencies: ["ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", crypto],
            swiftSettings: engineSettings
        ),
        .target(name: "TestServers", path: "Tests/TestServers", swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: engineSettings),
        // Of the engine's tests those of the artifacts, of the threads, and of everything that fits a nasty series.
        .testTarget(
            name: "ForecastEngineTests",
            dependencies: ["ForecastEngine", "TestSupport"],
            exclude: [
                "Resources", "Scripts", "ARIMA", "Auto", "Calibration", "ETS", "Evaluation", "LSTM", "MSTL", "Series",
                "Theta",
                "Prophet/ActiveSetLassoTests.swift", "Prophet/CountryHolidayTests.swift",
                "Prophet/DensePosterior.swift",
                "Prophet/GoldenCase.swift", "Prophet/GoldenTests.swift", "Prophet/ProphetInputTests.swift",
                "Prophet/ProphetIntervalTests.swift", "Prophet/ProphetOptimumTests.swift", "Prophet/SharedFiles.swift",
            ],
            swiftSettings: engineSettings
        ),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "TestSupport"], swiftSettings: settings),
        // Without the suite that needs an API server to be there.
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: ["KubernetesClient", "HTTPTransport", "TestSupport", logging, lifecycle],
            exclude: ["APIServer.swift", "APIServerTests.swift"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DataSourcesTests",
            dependencies: [
                "DataSources", "ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", "TestServers",
                "TestSupport",
            ],
            swiftSettings: settings
        ),
    ]
)
