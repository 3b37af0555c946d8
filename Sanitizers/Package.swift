// swift-tools-version:6.2
import PackageDescription

// The modules where memory and threads matter, without the HTTP server that the rest needs: small enough to be built
// once more with each sanitizer. `make test-address` and `make test-thread` run it.

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
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")

let package = Package(
    name: "sanitizers",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "ForecastEngine", swiftSettings: engineSettings),
        .target(name: "HTTPTransport", dependencies: ["CLibcurl", logging], swiftSettings: settings),
        .target(
            name: "KubernetesClient",
            dependencies: ["HTTPTransport", "CLibyaml", logging, metrics, lifecycle, collections],
            swiftSettings: settings
        ),
        .target(name: "DataSources", dependencies: ["ForecastEngine", "HTTPTransport"], swiftSettings: engineSettings),
        .testTarget(
            name: "ForecastEngineTests",
            dependencies: ["ForecastEngine"],
            exclude: ["Resources", "Scripts"],
            swiftSettings: engineSettings
        ),
        .testTarget(name: "HTTPTransportTests", dependencies: ["HTTPTransport"], swiftSettings: settings),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: ["KubernetesClient", "HTTPTransport", logging, lifecycle],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DataSourcesTests",
            dependencies: ["DataSources", "ForecastEngine", "HTTPTransport"],
            swiftSettings: settings
        ),
    ]
)
