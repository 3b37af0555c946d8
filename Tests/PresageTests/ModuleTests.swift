import Foundation
import Testing

/// Holds every module to what it may import (designs/0001-architecture.md).
///
/// SwiftPM lets a transitive import through that a target does not declare, so the compiler alone does not.
struct ModuleTests {
    private static let ours: Set<String> = [
        "CLibcurl", "CLibyaml", "CLibpq", "Threading", "HTTPTransport", "KubernetesClient", "ForecastEngine",
        "Autoscaler", "Charts",
        "DataSources", "ModelRegistry", "Operator", "Playground", "PostgreSQL", "ObjectStore", "Serving", "presage",
    ]

    private static let allowed: [String: Set<String>] = [
        "ForecastEngine": [],
        "Autoscaler": ["ForecastEngine"],
        "Charts": ["ForecastEngine"],
        "Threading": [],
        "HTTPTransport": ["CLibcurl", "Threading"],
        "KubernetesClient": ["HTTPTransport", "CLibyaml", "Threading"],
        "PostgreSQL": ["CLibpq", "Threading"],
        "ObjectStore": ["HTTPTransport"],
        "DataSources": ["ForecastEngine", "HTTPTransport", "PostgreSQL", "ObjectStore", "Threading"],
        "ModelRegistry": ["ForecastEngine", "HTTPTransport", "KubernetesClient", "ObjectStore", "Threading"],
        "Operator": [
            "ForecastEngine", "Autoscaler", "Charts", "HTTPTransport", "KubernetesClient", "DataSources",
            "ModelRegistry", "ObjectStore", "Serving", "Threading",
        ],
        "Playground": ["KubernetesClient", "Serving", "Threading"],
        "Serving": ["Threading"],
    ]

    @Test(arguments: allowed.keys.sorted())
    func `a module imports only what stands before it`(module: String) throws {
        let permitted = try #require(Self.allowed[module])
        let folder = PresageProcess.repository.appending(path: "Sources/\(module)")
        var files = 0
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = all?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            files += 1
            for imported in Self.imports(of: try String(contentsOf: file, encoding: .utf8))
            where Self.ours.contains(imported) && imported != module {
                #expect(permitted.contains(imported), "\(file.lastPathComponent) imports \(imported)")
            }
        }
        #expect(files > 0, "\(module) has no sources at \(folder.path)")
    }

    @Test func `imports are recognized in all their forms`() {
        let text =
            "public import HTTPTransport\n@testable import Operator\nimport struct Charts.Panel\n// import Nothing\n"
        #expect(Self.imports(of: text) == ["HTTPTransport", "Operator", "Charts"])
    }

    private static func imports(of text: String) -> [String] {
        // Few lines are worth the price of the expression.
        text.split(separator: "\n").filter { $0.contains("import ") }.compactMap { line in
            guard
                let match = line.firstMatch(
                    of:
                        #/^\s*(?:@\w+\s+)*(?:(?:public|internal|package|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/#
                )
            else { return nil }
            return String(match.1)
        }
    }
}
