import Foundation
import KubernetesClient

/// One object of a manifest, with where it stands.
struct Manifest: Sendable {
    var object: JSONValue
    /// The file, or `standard input`.
    var file: String
    /// The line the document begins at.
    var line: Int

    var kind: String { object["kind"]?.stringValue ?? "" }
    var apiVersion: String { object["apiVersion"]?.stringValue ?? "" }
    var name: String { object["metadata", "name"]?.stringValue ?? "" }
    /// What is not written is the namespace `default`, as far as a plan can tell.
    var namespace: String { object["metadata", "namespace"]?.stringValue ?? "default" }
    var place: String { "\(file), line \(line)" }
}

/// Reads manifests from files, folders and standard input, as `kubectl apply -f` does.
struct ManifestReader {
    /// Gives the bytes of standard input.
    var standardInput: () -> [UInt8] = { [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }

    /// Reads every object under the paths; `-` is standard input, folders are read with those below them.
    func read(_ paths: [String]) throws(PlanError) -> [Manifest] {
        var manifests: [Manifest] = []
        var seen: Set<String> = []
        for path in paths {
            if path == "-" {
                let bytes = standardInput()
                guard bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
                    throw PlanError(
                        .unreadable, at: "standard input", "is empty; look at the command that writes to it")
                }
                manifests += try Self.parse(bytes, file: "standard input")
                continue
            }
            for file in try Self.files(at: path) where seen.insert(Self.canonical(file)).inserted {
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw PlanError(.unreadable, at: file, "cannot be read; check the path and its permissions")
                }
                manifests += try Self.parse([UInt8](data), file: file)
            }
        }
        return manifests
    }

    /// The objects of one file; a `List` counts as its items.
    static func parse(_ bytes: [UInt8], file: String) throws(PlanError) -> [Manifest] {
        let documents: [(value: JSONValue, line: Int)]
        do {
            documents = try YAML.documents(bytes)
        } catch {
            throw PlanError(.invalidManifest, at: "\(file), line \(error.line)", "is not YAML: \(error.message)")
        }
        var manifests: [Manifest] = []
        for (value, line) in documents {
            guard value.objectValue != nil else {
                throw PlanError(
                    .invalidManifest, at: "\(file), line \(line)",
                    "is no Kubernetes object; it needs apiVersion and kind")
            }
            if value["kind"]?.stringValue?.hasSuffix("List") == true, let items = value["items"]?.arrayValue {
                manifests += items.map { Manifest(object: $0, file: file, line: line) }
            } else {
                manifests.append(Manifest(object: value, file: file, line: line))
            }
        }
        // A folder may hold other YAML (a kustomization, a chart's values); only what a plan needs is judged.
        return manifests
    }

    /// Manifest files at a path, sorted, so that the order never depends on the file system.
    private static func files(at path: String) throws(PlanError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw PlanError(.unreadable, at: path, "there is no such file or folder")
        }
        guard isFolder.boolValue else { return [path] }
        guard let names = FileManager.default.enumerator(atPath: path) else {
            throw PlanError(.unreadable, at: path, "the folder cannot be read; check its permissions")
        }
        var files: [String] = []
        for case let name as String in names {
            let hidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
            let isManifest = [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
            if isManifest, !hidden { files.append("\(path)/\(name)") }
        }
        return files.sorted()
    }

    private static func canonical(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
