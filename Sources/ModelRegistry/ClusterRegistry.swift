public import ForecastEngine
import Foundation
public import KubernetesClient

/// Versions as ConfigMaps: chunks first, the manifest last. Where a run says so the chunks are objects of an S3-compatible
/// store, and the manifest alone is a ConfigMap: a version exists where its manifest does, wherever its bytes are.
///
/// Published by server-side apply, so that a Role can name the very objects that a run may make. Informers select the
/// manifests by ``ArtifactLabels``; chunks are read by name, once.
public struct ClusterRegistry: ModelRegistry {
    /// The field manager that publishes.
    public static let fieldManager = "presage-trainer"
    /// How a ConfigMap is addressed.
    public static let configMaps = ResourceDefinition(group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")

    private let client: KubernetesClient
    private let objects: ObjectAccess

    /// Uses a cluster through `client`.
    ///
    /// - Parameter objects: how to log in where chunks are in an object store; with the Secrets that manifests name unless
    ///   told.
    public init(client: KubernetesClient, objects: ObjectAccess? = nil) {
        self.client = client
        self.objects = objects ?? .secrets(of: client)
    }

    /// Applies the chunks and then the manifest in the model's namespace.
    ///
    /// A pod that is tried again after it had published finds its version immutable: that is a success.
    public func publish(_ version: NewVersion) async throws -> VersionManifest {
        let (chunks, manifest) = try version.prepared()
        let namespace = manifest.model.namespace
        do {
            var folder: ObjectChunks?
            if let place = version.naming.objects {
                folder = try await objects.chunks(in: place.store, namespace: namespace)
            }
            for (chunk, bytes) in chunks {
                if let folder {
                    try await folder.write(bytes, as: chunk)
                    continue
                }
                let content = JSONValue.string(Data(bytes).base64EncodedString())
                try await apply(
                    chunk.name, namespace: namespace, kind: ArtifactLabels.chunk, naming: version.naming,
                    content: ("binaryData", [chunk.name: content])
                )
            }
            let text = String(decoding: try manifest.json(), as: UTF8.self)
            try await apply(
                version.naming.name, namespace: namespace,
                kind: manifest.shard == nil ? ArtifactLabels.manifest : ArtifactLabels.shard, naming: version.naming,
                annotations: version.naming.annotations, content: ("data", [ArtifactLabels.manifestKey: .string(text)])
            )
        } catch let error as KubernetesError where error.isStorageFull {
            throw Self.full(error, what: "the version of \(manifest.trainingJob.name)", in: namespace)
        } catch let error as KubernetesError where error.code == .invalid {
            guard let existing = try? await self.manifest(version.naming.name, namespace: namespace) else {
                throw error
            }
            guard existing.trainingJob == manifest.trainingJob else {
                throw RegistryError(
                    .nameTaken,
                    "ConfigMap \(version.naming.name) holds the version of \(existing.trainingJob.name); a run's name "
                        + "has to be its own"
                )
            }
            return existing
        }
        return manifest
    }

    /// Writes the manifest of a version whose chunks are published already, by the shards of a run.
    public func publishMerged(_ manifest: VersionManifest, naming: TrainingRun.Artifact) async throws {
        let text = String(decoding: try manifest.json(), as: UTF8.self)
        do {
            try await apply(
                naming.name, namespace: manifest.model.namespace, kind: ArtifactLabels.manifest, naming: naming,
                annotations: naming.annotations, content: ("data", [ArtifactLabels.manifestKey: .string(text)])
            )
        } catch let error as KubernetesError where error.isStorageFull {
            throw Self.full(
                error, what: "the version of \(manifest.trainingJob.name)", in: manifest.model.namespace)
        }
    }

    /// What is said where the cluster has no room.
    public static func full(_ error: KubernetesError, what: String, in namespace: String) -> RegistryError {
        RegistryError(
            .full,
            "there is no room in the cluster for \(what): \(error.message). Raise the quota of namespace \(namespace), "
                + "lower spec.training.historyLimit, keep versions in an object store (spec.registry.s3), or train fewer "
                + "series in one model")
    }

    /// Reads a manifest by name.
    public func manifest(_ name: String, namespace: String) async throws -> VersionManifest {
        let found = try await client.find(
            KubernetesObject.self, name, namespace: namespace, definition: Self.configMaps
        )
        guard let configMap = found else {
            throw RegistryError(.missingManifest, "there is no ConfigMap \(namespace)/\(name)")
        }
        return try Self.manifest(in: configMap)
    }

    /// Reads the manifest that a ConfigMap holds.
    public static func manifest(in configMap: KubernetesObject) throws(RegistryError) -> VersionManifest {
        guard let text = configMap["data", .key(ArtifactLabels.manifestKey)]?.stringValue else {
            throw RegistryError(
                .invalidManifest, "ConfigMap \(configMap.metadata.name) has no key \(ArtifactLabels.manifestKey)"
            )
        }
        return try VersionManifest(json: Array(text.utf8), name: configMap.metadata.name)
    }

    /// Reads one part of a version's models, each chunk checked.
    public func load(_ manifest: VersionManifest, part: Int, namespace: String) async throws -> ModelArtifact {
        try manifest.decode(try await artifact(of: manifest, part: part, namespace: namespace))
    }

    /// Reads one part of a version's encoded artifact, each chunk checked.
    public func artifact(of manifest: VersionManifest, part: Int = 0, namespace: String) async throws -> [UInt8] {
        if let store = manifest.store {
            return try await objects.chunks(in: store, namespace: namespace).part(part, of: manifest)
        }
        let slice = try manifest.slice(part)
        var chunks: [[UInt8]] = []
        for chunk in slice.chunks {
            let found = try await client.find(
                KubernetesObject.self, chunk.name, namespace: namespace, definition: Self.configMaps
            )
            guard let text = found?["binaryData", .key(chunk.name)]?.stringValue,
                let bytes = Data(base64Encoded: text)
            else {
                throw RegistryError(
                    .missingChunk,
                    "ConfigMap \(namespace)/\(chunk.name), a chunk of \(manifest.trainingJob.name)'s artifact, is "
                        + "\(found == nil ? "gone" : "empty"); train again or roll back",
                    chunk: chunk.name
                )
            }
            chunks.append(Array(bytes))
        }
        return try ArtifactChunks.join(chunks, slice, of: manifest.trainingJob.name)
    }

    private func apply(
        _ name: String, namespace: String, kind: String, naming: TrainingRun.Artifact,
        annotations: [String: String] = [:], content: (field: String, value: JSONObject)
    ) async throws {
        var labels = JSONObject()
        for (key, value) in naming.labels.sorted(by: { $0.key < $1.key }) { labels[key] = .string(value) }
        labels[ArtifactLabels.kind] = .string(kind)
        var metadata: JSONObject = [
            "name": .string(name), "namespace": .string(namespace), "labels": .object(labels),
        ]
        if !annotations.isEmpty {
            metadata["annotations"] = .object(JSONObject(annotations.mapValues(JSONValue.string)))
        }
        if !naming.ownerReferences.isEmpty {
            metadata["ownerReferences"] = try JSONValue(encoding: naming.ownerReferences)
        }
        let object: JSONObject = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata),
            content.field: .object(content.value),
        ]
        _ = try await client.apply(
            KubernetesObject.self, .object(object), fieldManager: Self.fieldManager, definition: Self.configMaps
        )
    }
}
