// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The numerical code is compiled with optimization in debug builds too: its tests fit thousands of models,
/// and unoptimized array code is about a hundred times slower.
let engineSettings = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// The order is the order of dependence: a target imports only from those above it. `Tests/PresageTests`
// checks the imports themselves, for SwiftPM lets an undeclared transitive import through.
let package = Package(
    name: "presage",
    products: [.executable(name: "presage", targets: ["presage"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "Threading", swiftSettings: settings),
        .target(name: "ForecastEngine", swiftSettings: engineSettings),
        .target(name: "Autoscaler", dependencies: ["ForecastEngine"], swiftSettings: settings),
        .target(name: "Charts", dependencies: ["ForecastEngine"], swiftSettings: settings),
        .target(name: "HTTPTransport", dependencies: ["CLibcurl", "Threading", logging], swiftSettings: settings),
        .target(
            name: "KubernetesClient",
            dependencies: ["HTTPTransport", "CLibyaml", "Threading", logging, metrics, lifecycle, collections],
            swiftSettings: settings
        ),
        .target(name: "PostgreSQL", dependencies: ["CLibpq", "Threading"], swiftSettings: settings),
        .target(name: "ObjectStore", dependencies: ["HTTPTransport"], swiftSettings: settings),
        .target(
            name: "DataSources",
            dependencies: ["ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", "Threading", crypto],
            swiftSettings: engineSettings
        ),
        .target(
            name: "ModelRegistry",
            dependencies: ["ForecastEngine", "HTTPTransport", "KubernetesClient", "ObjectStore", "Threading", crypto],
            swiftSettings: settings
        ),
        .target(name: "Serving", dependencies: ["Threading", hummingbird, logging], swiftSettings: settings),
        .target(
            name: "Operator",
            dependencies: [
                "ForecastEngine", "Autoscaler", "Charts", "HTTPTransport", "KubernetesClient", "DataSources",
                "ModelRegistry", "ObjectStore", "Serving", "Threading", logging, metrics, lifecycle, collections,
                crypto, hummingbird, tls,
            ],
            // In the executable itself: the image is one file.
            resources: ["index.html", "dashboard.css", "api.js", "elements.js", "dashboard.js"].map {
                .embedInCode("Server/Dashboard/Page/\($0)")
            },
            swiftSettings: settings
        ),
        .target(
            name: "Playground",
            dependencies: ["KubernetesClient", "Serving", "Threading", logging, lifecycle, collections, hummingbird],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "presage",
            dependencies: [
                "ForecastEngine", "Autoscaler", "Charts", "HTTPTransport", "KubernetesClient", "DataSources",
                "ModelRegistry", "Operator", "Playground", "PostgreSQL", "ObjectStore", logging, metrics, lifecycle,
                signals, arguments,
            ],
            swiftSettings: settings
        ),
        // Real servers that tests start and stop; nothing outside the tests depends on it.
        .target(
            name: "TestServers", dependencies: ["HTTPTransport", "Threading"], path: "Tests/TestServers",
            swiftSettings: settings),
        // Random inputs for tests of decoders, and how slow a sanitizer is.
        .target(
            name: "TestSupport", dependencies: ["Threading"], path: "Tests/TestSupport", swiftSettings: engineSettings),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: settings),
        .testTarget(
            name: "ForecastEngineTests",
            dependencies: ["ForecastEngine", "TestSupport"],
            exclude: ["Resources", "Scripts"],
            swiftSettings: engineSettings
        ),
        .testTarget(name: "AutoscalerTests", dependencies: ["Autoscaler", "ForecastEngine"], swiftSettings: settings),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "ForecastEngine"], swiftSettings: settings),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport", "TestSupport", "Threading"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: ["KubernetesClient", "HTTPTransport", "Playground", "TestSupport", logging, lifecycle],
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
        .testTarget(
            name: "ModelRegistryTests",
            dependencies: [
                "ModelRegistry", "ForecastEngine", "HTTPTransport", "KubernetesClient", "ObjectStore", "Playground",
                "TestServers",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PlaygroundTests",
            dependencies: ["Playground", "KubernetesClient", "HTTPTransport", "Threading"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OperatorTests",
            dependencies: [
                "Operator", "Playground", "ForecastEngine", "Autoscaler", "KubernetesClient", "DataSources",
                "HTTPTransport", "ModelRegistry", "ObjectStore", "Serving", "TestServers", "TestSupport", "Threading",
                metrics, hummingbird, lifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "presage", "Operator", "Playground", "ForecastEngine", "Autoscaler", "HTTPTransport",
                "KubernetesClient", "ModelRegistry", "TestSupport", "Threading", logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PresageTests",
            dependencies: [
                "presage", "Operator", "Playground", "ForecastEngine", "Autoscaler", "KubernetesClient", "DataSources",
                "HTTPTransport", "ModelRegistry", "PostgreSQL", "ObjectStore", "TestServers", "Threading", arguments,
            ],
            swiftSettings: settings
        ),
    ]
)
