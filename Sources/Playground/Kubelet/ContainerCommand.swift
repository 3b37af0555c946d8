import Foundation
import Glibc
import KubernetesClient

/// What runs for a container: executable, arguments, environment.
struct ContainerCommand: Sendable, Hashable {
    var path: String
    var arguments: [String]
    var environment: [String: String]

    /// Works out the command of a container.
    ///
    /// The image stands for a local executable. A `command` runs that executable where it names it, and otherwise a
    /// program of this machine.
    init(
        _ container: JSONValue, sandbox: Sandbox, mounts: MountTable, runner: PodRunner, inherited: [String: String],
        kubeconfig: String?
    ) async throws {
        var variables = try await Self.variables(container, sandbox)
        let plain = variables
        variables = variables.mapValues { mounts.rewritten(Self.expanded($0, plain)) }
        environment = inherited
        environment["HOME"] = try sandbox.workDirectory(container["name"]?.stringValue ?? "").path
        environment["HOSTNAME"] = sandbox.pod.name
        let temporary = mounts.rewritten("/tmp")
        environment["TMPDIR"] = temporary == "/tmp" ? sandbox.directory.appending(path: "tmp").path : temporary
        if let kubeconfig { environment["KUBECONFIG"] = kubeconfig }
        environment.merge(runner.environment) { $1 }
        environment.merge(variables) { $1 }

        let image = container["image"]?.stringValue ?? ""
        let executable = runner.executable(image)
        let words = (container["command"]?.arrayValue ?? []).compactMap(\.stringValue)
            .map { mounts.rewrittenArgument(Self.expanded($0, variables)) }
        let rest = (container["args"]?.arrayValue ?? []).compactMap(\.stringValue)
            .map { mounts.rewrittenArgument(Self.expanded($0, variables)) }
        if let first = words.first {
            guard let found = Self.resolve(first, executable, environment["PATH"] ?? "") else {
                throw Sandbox.Problem(
                    reason: "StartError", message: "exec: \"\(first)\": executable file not found in $PATH")
            }
            path = found
            arguments = Array(words.dropFirst()) + rest
        } else if let executable {
            path = executable
            arguments = rest
        } else {
            throw Sandbox.Problem(
                reason: "ErrImagePull",
                message: "no executable is known here for image \"\(image)\": map it with --image \(image)=PATH")
        }
    }

    private static func resolve(_ word: String, _ executable: String?, _ path: String) -> String? {
        let base = word.split(separator: "/").last.map(String.init) ?? word
        if let executable, base == executable.split(separator: "/").last.map(String.init) ?? "" { return executable }
        if word.contains("/") { return access(word, X_OK) == 0 ? word : nil }
        for directory in path.split(separator: ":") {
            let candidate = "\(directory)/\(word)"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    /// `env` and `envFrom`.
    private static func variables(_ container: JSONValue, _ sandbox: Sandbox) async throws -> [String: String] {
        var result: [String: String] = [:]
        for source in container["envFrom"]?.arrayValue ?? [] {
            let prefix = source["prefix"]?.stringValue ?? ""
            for (field, resource) in [("configMapRef", ResourceKey.configMaps), ("secretRef", .secrets)] {
                guard let reference = source[key: field] else { continue }
                for (key, value) in try await contents(resource, reference, sandbox) ?? [:] {
                    result[prefix + key] = String(decoding: value, as: UTF8.self)
                }
            }
        }
        for variable in container["env"]?.arrayValue ?? [] {
            guard let name = variable["name"]?.stringValue else { continue }
            if let value = try await value(variable, container, sandbox) {
                result[name] = expanded(value, result)
            }
        }
        return result
    }

    private static func value(
        _ variable: JSONValue, _ container: JSONValue, _ sandbox: Sandbox
    ) async throws -> String? {
        guard let source = variable["valueFrom"] else { return variable["value"]?.stringValue ?? "" }
        if let field = source["fieldRef", "fieldPath"]?.stringValue { return FieldReference.value(sandbox.pod, field) }
        if let reference = source["resourceFieldRef"] { return FieldReference.resource(container, reference) }
        for (field, resource) in [("configMapKeyRef", ResourceKey.configMaps), ("secretKeyRef", .secrets)] {
            guard let reference = source[key: field] else { continue }
            guard let all = try await contents(resource, reference, sandbox) else { return nil }
            let key = reference["key"]?.stringValue ?? ""
            if let value = all[key] { return String(decoding: value, as: UTF8.self) }
            if reference["optional"] == true { return nil }
            throw Sandbox.Problem(
                reason: "CreateContainerConfigError",
                message:
                    "couldn't find key \(key) in \(resource.plural) \(sandbox.pod.namespace)/\(reference["name"]?.stringValue ?? "")"
            )
        }
        return nil
    }

    private static func contents(
        _ resource: ResourceKey, _ reference: JSONValue, _ sandbox: Sandbox
    ) async throws -> [String: [UInt8]]? {
        let name = reference["name"]?.stringValue ?? ""
        let key = ObjectName(namespace: sandbox.pod.namespace, name: name)
        if let object = try await sandbox.api.object(resource, key) { return Sandbox.contents(object) }
        if reference["optional"] == true { return nil }
        throw Sandbox.Problem(
            reason: "CreateContainerConfigError", message: "\(resource.plural.dropLast()) \"\(name)\" not found")
    }

    /// `$(NAME)` by the container's variables; `$$(NAME)` stays as `$(NAME)`.
    static func expanded(_ text: String, _ variables: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let end = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                result += variables[name] ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
