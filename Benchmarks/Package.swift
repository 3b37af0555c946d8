// swift-tools-version:6.2
import PackageDescription

// Only the engine, the CSV readers and their benchmarks, so that measuring needs none of the operator's dependencies.
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
        .target(
            name: "DataSources",
            dependencies: ["ForecastEngine"],
            exclude: [
                "CSV/CSVReader+Stream.swift", "CSV/ChunkQueue.swift", "CSVURLSource.swift", "Cache", "HTTP",
                "PatientSource.swift", "PostgreSQL", "Prometheus",
                "S3",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "csv-benchmark", dependencies: ["DataSources", "ForecastEngine"], swiftSettings: settings),
        .executableTarget(name: "prophet-benchmark", dependencies: ["ForecastEngine"], swiftSettings: settings),
        .executableTarget(name: "auto-benchmark", dependencies: ["ForecastEngine"], swiftSettings: settings),
        .executableTarget(name: "classical-benchmark", dependencies: ["ForecastEngine"], swiftSettings: settings),
    ]
)
