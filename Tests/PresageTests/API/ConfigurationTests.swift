import ArgumentParser
import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator
@testable import presage

/// What `kubectl apply -k config/default` installs.
struct ConfigurationTests {
    private func render(_ folder: String) throws -> [JSONValue]? {
        guard let built = try kustomize(Repository.root.appendingPathComponent(folder).path) else { return nil }
        try #require(built.status == 0, "\(built.output)")
        return try YAML.parse(built.output)
    }

    @Test func `kubectl builds the installation with everything in it`() throws {
        guard let objects = try render("config/default") else { return }
        let kinds = Dictionary(grouping: objects) { $0["kind"]?.stringValue ?? "" }.mapValues(\.count)
        #expect(kinds["CustomResourceDefinition"] == 2)
        for kind in ["Namespace", "Deployment", "Service", "ServiceAccount", "Role", "RoleBinding"] {
            #expect(kinds[kind] == 1, "\(kind)")
        }
    }

    @Test func `the operator reads no Secret and names every right`() throws {
        guard let objects = try render("config/default") else { return }
        let roles = objects.filter { ["ClusterRole", "Role"].contains($0["kind"]?.stringValue ?? "") }
        #expect(roles.count == 6)
        for rule in roles.flatMap({ $0["rules"]?.arrayValue ?? [] }) {
            let words = ["apiGroups", "resources", "verbs"].flatMap { rule[key: $0]?.arrayValue ?? [] }
            #expect(!words.contains("*"))
            #expect(rule["resources"]?.arrayValue?.contains("secrets") != true)
        }
    }

    @Test func `the operator runs restricted, is probed and finds its account`() throws {
        guard let objects = try render("config/default") else { return }
        let deployment = try #require(objects.first { $0["kind"] == "Deployment" })
        let pod = try #require(deployment["spec", "template", "spec"])
        let container = try #require(pod["containers", 0])
        #expect(pod["securityContext", "runAsNonRoot"] == true)
        #expect(pod["securityContext", "seccompProfile", "type"] == "RuntimeDefault")
        #expect(container["securityContext", "readOnlyRootFilesystem"] == true)
        #expect(container["securityContext", "allowPrivilegeEscalation"] == false)
        #expect(container["securityContext", "capabilities", "drop"] == ["ALL"])
        #expect(container["livenessProbe", "httpGet", "path"] == "/healthz")
        #expect(container["readinessProbe", "httpGet", "path"] == "/readyz")
        #expect(container["resources", "requests"] != nil)
        // Trainers run the operator's own image.
        let variables = container["env"]?.arrayValue ?? []
        #expect(variables.first { $0["name"] == "PRESAGE_IMAGE" }?["value"] == container["image"])
        // One value to server-side apply: with what the server fills in, it takes over a client-side installation.
        for reference in variables.compactMap({ $0["valueFrom", "fieldRef"] }) {
            #expect(reference["apiVersion"] == "v1", "\(reference)")
        }
        let account = objects.first { $0["kind"] == "ServiceAccount" }
        #expect(account?["metadata", "name"] == pod["serviceAccountName"])
        for binding in objects where binding["kind"]?.stringValue?.hasSuffix("RoleBinding") == true {
            #expect(binding["subjects", 0, "namespace"] == deployment["metadata", "namespace"])
        }
    }

    @Test func `the HTTP API asks for a login, and the operator may ask whose a token is`() throws {
        guard let objects = try render("config/default") else { return }
        let deployment = try #require(objects.first { $0["kind"] == "Deployment" })
        let arguments = deployment["spec", "template", "spec", "containers", 0, "args"]?.arrayValue?.compactMap(
            \.stringValue)
        let parsed = try #require(try Presage.parseAsRoot(arguments ?? []) as? OperatorCommand)
        #expect(parsed.authorizationMode == .webhook)
        let rules = objects.filter { $0["kind"] == "ClusterRole" }.flatMap { $0["rules"]?.arrayValue ?? [] }
        for review in ["tokenreviews", "subjectaccessreviews"] {
            #expect(rules.contains { $0["resources"] == [.string(review)] && $0["verbs"] == ["create"] }, "\(review)")
        }
    }

    @Test func `with TLS the certificate is mounted where the operator looks, and the probes speak it`() throws {
        guard let objects = try render("config/tls") else { return }
        let pod = try #require(objects.first { $0["kind"] == "Deployment" }?["spec", "template", "spec"])
        let container = try #require(pod["containers", 0])
        let arguments = container["args"]?.arrayValue?.compactMap(\.stringValue)
        let parsed = try #require(try Presage.parseAsRoot(arguments ?? []) as? OperatorCommand)
        #expect(parsed.authorizationMode == .webhook)
        let mount = try #require(container["volumeMounts"]?.arrayValue?.first { $0["name"] == "serving" })
        let folder = try #require(mount["mountPath"]?.stringValue)
        #expect(parsed.tlsCertFile == "\(folder)/tls.crt" && parsed.tlsPrivateKeyFile == "\(folder)/tls.key")
        let volume = try #require(pod["volumes"]?.arrayValue?.first { $0["name"] == "serving" })
        #expect(volume["secret", "secretName"] == "presage-serving-cert")
        for probe in ["livenessProbe", "readinessProbe"] {
            #expect(container[key: probe]?["httpGet", "scheme"] == "HTTPS", "\(probe)")
        }
    }

    @Test func `Prometheus gets a token that may read metrics and nothing else`() throws {
        guard let objects = try render("config/prometheus"), let installed = try render("config/default") else {
            return
        }
        func one(_ kind: String) throws -> JSONValue { try #require(objects.first { $0["kind"]?.stringValue == kind }) }
        let role = try #require(
            installed.first { $0["kind"] == "ClusterRole" && $0["metadata", "name"] == "presage-metrics-reader" })
        #expect(role["rules"] == [["nonResourceURLs": ["/metrics"], "verbs": ["get"]]])
        let account = try one("ServiceAccount"), binding = try one("ClusterRoleBinding")
        #expect(binding["roleRef", "name"] == role["metadata", "name"])
        #expect(binding["subjects", 0, "name"] == account["metadata", "name"])
        #expect(binding["subjects", 0, "namespace"] == account["metadata", "namespace"])
        let secret = try one("Secret")
        #expect(
            secret["metadata", "annotations"]?.objectValue?["kubernetes.io/service-account.name"]
                == account["metadata", "name"])
        let endpoint = try #require(try one("ServiceMonitor")["spec", "endpoints", 0])
        #expect(endpoint["authorization", "credentials", "name"] == secret["metadata", "name"])
        let service = try #require(installed.first { $0["kind"] == "Service" })
        #expect(service["spec", "ports", 0, "name"] == endpoint["port"])
        for (key, value) in try one("ServiceMonitor")["spec", "selector", "matchLabels"]?.objectValue ?? [:] {
            #expect(service["metadata", "labels"]?.objectValue?[key] == value)
        }
    }

    @Test func `the Service finds the operator's pods`() throws {
        guard let objects = try render("config/default") else { return }
        let service = try #require(objects.first { $0["kind"] == "Service" })
        let deployment = try #require(objects.first { $0["kind"] == "Deployment" })
        let labels = deployment["spec", "template", "metadata", "labels"]?.objectValue ?? [:]
        for (key, value) in service["spec", "selector"]?.objectValue ?? [:] { #expect(labels[key] == value) }
    }

    @Test(arguments: ["sources/prometheus", "sources/s3", "sources/postgresql", "registry/s3"])
    func `every sample is a valid model whose fields the schema knows`(name: String) throws {
        let text = try Repository.bytes("config/\(name).yaml")
        let object = try #require(try YAML.parse(text).first)
        let spec = try #require(object["spec"])
        let model = try spec.decode(ForecastModelSpec.self)
        #expect(model.validate() == [])
        #expect(Unsupported.fields(of: model) == [])
        let read = try Schema(crd: "forecastmodels").at("spec").defaulting(spec)
        #expect(try JSONValue(encoding: model).normalized == read.normalized)
    }

    @Test func `the right to a registry's Secret is to get that one, and is the operator's`() throws {
        let objects = try YAML.parse(try Repository.bytes("config/registry/s3.yaml"))
        let secret = objects[0]["spec", "registry", "s3", "credentialsSecret", "name"]
        #expect(
            objects[1]["rules"] == [
                [
                    "apiGroups": [""], "resources": ["secrets"], "resourceNames": [try #require(secret)],
                    "verbs": ["get"],
                ]
            ])
        #expect(objects[2]["roleRef", "name"] == objects[1]["metadata", "name"])
        guard let installed = try render("config/default") else { return }
        let account = try #require(installed.first { $0["kind"] == "ServiceAccount" })
        #expect(objects[2]["subjects", 0, "name"] == account["metadata", "name"])
        #expect(objects[2]["subjects", 0, "namespace"] == account["metadata", "namespace"])
    }

    @Test func `the samples are valid models`() throws {
        let manifests = try ManifestReader().read([Repository.root.appendingPathComponent("config/samples").path])
        let subjects = try PlanSubject.all(in: manifests)
        #expect(subjects.map(\.name) == ["checkout"])
        #expect(subjects.first?.target?.name == "checkout")
    }
}
