extension KubernetesClient {
    /// Every kind that the server offers, in its preferred versions first; subresources are left out.
    public func discover() async throws -> [ResourceDefinition] {
        let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
        var found: [ResourceDefinition] = []
        for path in ["/api", "/apis"] {
            let answer = try await fetch(Call(path: path, accept: accept, what: "discover \(path)"))
            if answer["kind"]?.stringValue == "APIGroupDiscoveryList" {
                found += aggregated(answer)
            } else {
                found += try await legacy(answer, path)
            }
        }
        return found
    }

    /// How the server addresses a kind.
    ///
    /// - Throws: ``KubernetesError`` with code `notFound` where the server does not offer it.
    public func definition(apiVersion: String, kind: String) async throws -> ResourceDefinition {
        let (group, version) = ResourceDefinition.split(apiVersion: apiVersion)
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        let answer = try await fetch(Call(path: path, what: "discover \(apiVersion)"))
        guard let definition = resources(answer, group, version).first(where: { $0.kind == kind }) else {
            throw KubernetesError(
                code: .notFound,
                message: "the server has no kind \(kind) in \(apiVersion); is its CRD installed?"
            )
        }
        return definition
    }

    private func aggregated(_ list: JSONValue) -> [ResourceDefinition] {
        var found: [ResourceDefinition] = []
        for item in list["items"]?.arrayValue ?? [] {
            let group = item["metadata", "name"]?.stringValue ?? ""
            for version in item["versions"]?.arrayValue ?? [] {
                for resource in version["resources"]?.arrayValue ?? [] {
                    found.append(
                        ResourceDefinition(
                            group: group,
                            version: version["version"]?.stringValue ?? "",
                            plural: resource["resource"]?.stringValue ?? "",
                            kind: resource["responseKind", "kind"]?.stringValue ?? "",
                            namespaced: resource["scope"]?.stringValue == "Namespaced"
                        )
                    )
                }
            }
        }
        return found
    }

    private func legacy(_ answer: JSONValue, _ path: String) async throws -> [ResourceDefinition] {
        var found: [ResourceDefinition] = []
        var versions: [(group: String, version: String)] = []
        for version in answer["versions"]?.arrayValue ?? [] { versions.append(("", version.stringValue ?? "")) }
        for group in answer["groups"]?.arrayValue ?? [] {
            for version in group["versions"]?.arrayValue ?? [] {
                versions.append((group["name"]?.stringValue ?? "", version["version"]?.stringValue ?? ""))
            }
        }
        for (group, version) in versions {
            let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
            found += resources(try await fetch(Call(path: path, what: "discover \(path)")), group, version)
        }
        return found
    }

    private func resources(_ list: JSONValue, _ group: String, _ version: String) -> [ResourceDefinition] {
        (list["resources"]?.arrayValue ?? []).compactMap { resource in
            guard let plural = resource["name"]?.stringValue, !plural.contains("/") else { return nil }
            return ResourceDefinition(
                group: group,
                version: version,
                plural: plural,
                kind: resource["kind"]?.stringValue ?? "",
                namespaced: resource["namespaced"]?.boolValue ?? false
            )
        }
    }
}
