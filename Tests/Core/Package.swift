// swift-tools-version:6.2
import PackageDescription

// The part of the package that handles foreign bytes, C libraries and threads, without what it needs no part of: no
// server framework, no BoringSSL. `scripts/test-core` builds it with a sanitizer, or optimized to fuzz it; the folders are
// those of the real package, whose settings these are.

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
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

// The suite that needs an API server to be there.
let realServer = ["APIServer.swift", "APIServerTests.swift", "APIServerTests+Reviews.swift", "Connections.swift"]

// What one thread does alone says nothing to ThreadSanitizer, and takes it long.
let isThreadLane = Context.environment["PRESAGE_LANE"] == "thread"
let engineTests: Target =
    isThreadLane
    ? .testTarget(
        name: "ForecastEngineTests", dependencies: ["ForecastEngine", "TestSupport"],
        sources: ["Prophet/ProphetFleetTests.swift", "Prophet/ProphetSample.swift"], swiftSettings: engineSettings)
    // Those of the artifacts, of the threads, and of everything that fits a nasty series.
    : .testTarget(
        name: "ForecastEngineTests", dependencies: ["ForecastEngine", "TestSupport"],
        sources: [
            "Artifact", "Prophet/ProphetFleetTests.swift", "Prophet/ProphetSample.swift", "Robustness", "Support",
        ],
        swiftSettings: engineSettings)
let clientTests: Target = .testTarget(
    name: "KubernetesClientTests",
    dependencies: ["KubernetesClient", "HTTPTransport", "TestSupport", logging, lifecycle],
    exclude: realServer + (isThreadLane ? ["Fuzz"] : []),
    swiftSettings: settings)
let sourceTests: Target = .testTarget(
    name: "DataSourcesTests",
    dependencies: [
        "DataSources", "ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", "TestServers", "TestSupport",
    ],
    exclude: ["Prometheus"]
        + (isThreadLane ? ["CSVFuzzTests.swift", "CSVReaderTests.swift", "FieldParserTests.swift"] : []),
    swiftSettings: settings)

let package = Package(
    name: "presage-core",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1"),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq"),
        .target(name: "Threading", swiftSettings: settings),
        .target(name: "ForecastEngine", swiftSettings: engineSettings),
        .target(name: "HTTPTransport", dependencies: ["CLibcurl", "Threading", logging], swiftSettings: settings),
        .target(
            name: "KubernetesClient",
            dependencies: ["HTTPTransport", "CLibyaml", "Threading", logging, metrics, lifecycle, heap],
            swiftSettings: settings
        ),
        .target(name: "PostgreSQL", dependencies: ["CLibpq", "Threading"], swiftSettings: settings),
        .target(name: "ObjectStore", dependencies: ["HTTPTransport"], swiftSettings: settings),
        .target(
            name: "DataSources",
            dependencies: ["ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", "Threading"],
            // Only they need a digest, and with it BoringSSL.
            exclude: ["Cache", "Prometheus"],
            swiftSettings: engineSettings
        ),
        .target(
            name: "TestServers", dependencies: ["HTTPTransport", "Threading"], path: "Tests/TestServers",
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Threading"], path: "Tests/TestSupport", swiftSettings: engineSettings),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: settings),
        engineTests,
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "TestSupport", "Threading"],
            swiftSettings: settings),
        clientTests,
        sourceTests,
    ]
)
