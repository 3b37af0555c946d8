import Foundation
import KubernetesClient

/// The directory of one pod: its volumes, logs and termination messages.
struct Sandbox: Sendable {
    /// Why a container cannot be started yet.
    struct Problem: Error, Sendable {
        var reason: String
        var message: String
    }

    var api: any NodeAPI
    var pod: JSONValue
    /// `<data>/pods/<uid>`.
    var directory: URL

    private func make(_ path: String) throws -> URL {
        let url = directory.appending(path: path)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    func workDirectory(_ container: String) throws -> URL { try make("containers/\(container)/work") }

    func terminationMessage(_ container: String) -> URL {
        directory.appending(path: "containers/\(container)/termination-log")
    }

    /// Writes all volumes; throws a ``Problem`` where one refers to what does not exist.
    func writeVolumes() async throws {
        _ = try make("logs")
        _ = try make("tmp")
        for volume in pod["spec", "volumes"]?.arrayValue ?? [] {
            guard let name = volume["name"]?.stringValue else { continue }
            let target = try make("volumes/\(name)")
            if let source = volume["configMap"] {
                try write(try await files(.configMaps, source, name: source["name"]), to: target)
            } else if let source = volume["secret"] {
                try write(try await files(.secrets, source, name: source["secretName"]), to: target)
            } else if let source = volume["downwardAPI"] {
                try write(downward(source), to: target)
            } else if let sources = volume["projected", "sources"]?.arrayValue {
                for source in sources { try write(try await projected(source), to: target) }
            }
        }
    }

    private func projected(_ source: JSONValue) async throws -> [String: [UInt8]] {
        if let part = source["serviceAccountToken"] {
            let token = try await api.token(
                of: pod, audience: part["audience"]?.stringValue,
                seconds: part["expirationSeconds"]?.intValue ?? 3600)
            return [part["path"]?.stringValue ?? "token": Array(token.utf8)]
        }
        if let part = source["configMap"] { return try await files(.configMaps, part, name: part["name"]) }
        if let part = source["secret"] { return try await files(.secrets, part, name: part["name"]) }
        if let part = source["downwardAPI"] { return downward(part) }
        return [:]
    }

    private func downward(_ source: JSONValue) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for item in source["items"]?.arrayValue ?? [] {
            guard let path = item["path"]?.stringValue, let field = item["fieldRef", "fieldPath"]?.stringValue else {
                continue
            }
            files[path] = Array((FieldReference.value(pod, field) ?? "").utf8)
        }
        return files
    }

    /// The files of a ConfigMap or Secret, by path; `items` selects and renames.
    private func files(_ resource: ResourceKey, _ source: JSONValue, name: JSONValue?) async throws -> [String: [UInt8]]
    {
        let name = name?.stringValue ?? ""
        guard let object = try await api.object(resource, ObjectName(namespace: pod.namespace, name: name)) else {
            if source["optional"] == true { return [:] }
            let kind = resource == .secrets ? "secret" : "configmap"
            throw Problem(
                reason: "FailedMount", message: "MountVolume.SetUp failed: \(kind) \"\(name)\" not found")
        }
        let all = Self.contents(object)
        guard let items = source["items"]?.arrayValue else { return all }
        var chosen: [String: [UInt8]] = [:]
        for item in items {
            guard let key = item["key"]?.stringValue else { continue }
            guard let content = all[key] else {
                if source["optional"] == true { continue }
                throw Problem(reason: "FailedMount", message: "references non-existent config key: \(key)")
            }
            chosen[item["path"]?.stringValue ?? key] = content
        }
        return chosen
    }

    /// The contents of a ConfigMap or Secret.
    static func contents(_ object: JSONValue) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let isSecret = object["kind"] == "Secret"
        for (key, value) in object["data"]?.objectValue ?? [:] {
            let text = value.stringValue ?? ""
            files[key] = isSecret ? Base64.decode(text) ?? [] : Array(text.utf8)
        }
        for (key, value) in object["binaryData"]?.objectValue ?? [:] {
            files[key] = Base64.decode(value.stringValue ?? "") ?? []
        }
        return files
    }

    private func write(_ files: [String: [UInt8]], to directory: URL) throws {
        for (path, content) in files {
            guard !path.split(separator: "/").contains("..") else {
                throw Problem(reason: "FailedMount", message: "the path \(path) must not contain '..'")
            }
            let file = directory.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content).write(to: file)
        }
    }

    /// Where the mounts of a container lie.
    func mounts(_ container: JSONValue) throws -> MountTable {
        var table = MountTable()
        let volumes = pod["spec", "volumes"]?.arrayValue ?? []
        for mount in container["volumeMounts"]?.arrayValue ?? [] {
            guard let name = mount["name"]?.stringValue, let path = mount["mountPath"]?.stringValue,
                let volume = volumes.first(where: { $0["name"]?.stringValue == name })
            else { continue }
            var local = directory.appending(path: "volumes/\(name)")
            if let host = volume["hostPath", "path"]?.stringValue { local = URL(filePath: host) }
            if let claim = volume["persistentVolumeClaim", "claimName"]?.stringValue {
                local = directory.deletingLastPathComponent().deletingLastPathComponent()
                    .appending(path: "claims/\(pod.namespace)/\(claim)")
                try FileManager.default.createDirectory(at: local, withIntermediateDirectories: true)
            }
            if let part = mount["subPath"]?.stringValue, !part.isEmpty { local = local.appending(path: part) }
            table.add(path, local.path)
        }
        let name = container["name"]?.stringValue ?? ""
        let message = container["terminationMessagePath"]?.stringValue ?? "/dev/termination-log"
        let file = terminationMessage(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
        table.add(message, file.path)
        return table
    }
}
