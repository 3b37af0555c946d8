public import ForecastEngine
import Foundation

/// Versions as files of one folder, laid out as a volume of the cluster's ConfigMaps is.
///
/// There is `manifest.json` and one file a chunk. A trainer reads the champion from such a folder, and `presage train --output` writes one.
public struct DirectoryRegistry: ModelRegistry {
    /// The folder.
    public let path: String

    /// Uses a folder, which is made when a version is published.
    public init(path: String) {
        self.path = path
    }

    /// Writes the chunks, then the manifest in one step.
    public func publish(_ version: NewVersion) async throws -> VersionManifest {
        let (chunks, manifest) = try version.prepared()
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (chunk, bytes) in chunks {
                try Data(bytes).write(to: url(chunk.name), options: .atomic)
            }
            try Data(try manifest.json()).write(to: url(ArtifactLabels.manifestKey), options: .atomic)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(
                .fileSystem, "the artifact cannot be written to \(path): \(error.localizedDescription)"
            )
        }
        return manifest
    }

    /// The manifest in the folder.
    public func manifest() throws(RegistryError) -> VersionManifest {
        let file = url(ArtifactLabels.manifestKey)
        guard let data = try? Data(contentsOf: file) else {
            throw RegistryError(.missingManifest, "there is no manifest at \(file.path)")
        }
        return try VersionManifest(json: Array(data), name: file.path)
    }

    /// Reads one part of a version's models; the namespace means nothing here.
    public func load(_ manifest: VersionManifest, part: Int, namespace: String = "") async throws -> ModelArtifact {
        try models(of: manifest, part: part)
    }

    /// Reads one part of a version's models.
    public func models(of manifest: VersionManifest, part: Int) throws(RegistryError) -> ModelArtifact {
        let slice = try manifest.slice(part)
        var chunks: [[UInt8]] = []
        for chunk in slice.chunks {
            guard let data = try? Data(contentsOf: url(chunk.name)) else {
                throw RegistryError(
                    .missingChunk, "chunk \(chunk.name) is not in \(path); mount every chunk that the manifest names",
                    chunk: chunk.name
                )
            }
            chunks.append(Array(data))
        }
        return try manifest.decode(try ArtifactChunks.join(chunks, slice, of: manifest.trainingJob.name))
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }
}
