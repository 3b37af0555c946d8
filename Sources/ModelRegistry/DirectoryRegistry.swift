public import ForecastEngine
import Foundation

/// Versions as files of one folder, laid out as a volume of the cluster's ConfigMaps is.
///
/// There is `manifest.json` and one file a chunk, but for versions whose chunks are in an object store. A trainer reads the
/// champion from such a folder, and `presage train --output` writes one.
public struct DirectoryRegistry: ModelRegistry {
    /// The folder.
    public let path: String
    private let objects: ObjectAccess?

    /// Uses a folder, which is made when a version is published.
    ///
    /// - Parameter objects: how to log in where a manifest's chunks are in an object store.
    public init(path: String, objects: ObjectAccess? = nil) {
        self.path = path
        self.objects = objects
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
        guard let data = try read(file) else {
            throw RegistryError(.missingManifest, "there is no manifest at \(file.path)")
        }
        return try VersionManifest(json: Array(data), name: file.path)
    }

    /// Reads one part of a version's models, from the folder or from the object store that the manifest names; the
    /// namespace means nothing here.
    public func load(_ manifest: VersionManifest, part: Int, namespace: String = "") async throws -> ModelArtifact {
        guard let store = manifest.store else { return try models(of: manifest, part: part) }
        guard let objects else {
            throw RegistryError(
                .missingChunk,
                "the chunks of \(manifest.trainingJob.name)'s artifact are in bucket \(store.bucket), and nothing says how to "
                    + "log in there")
        }
        let folder = try await objects.chunks(in: store, namespace: namespace)
        return try manifest.decode(try await folder.part(part, of: manifest))
    }

    /// Reads one part of a version's models whose chunks are in the folder.
    public func models(of manifest: VersionManifest, part: Int) throws(RegistryError) -> ModelArtifact {
        let slice = try manifest.slice(part)
        var chunks: [[UInt8]] = []
        for chunk in slice.chunks {
            guard let data = try read(url(chunk.name)) else {
                throw RegistryError(
                    .missingChunk, "chunk \(chunk.name) is not in \(path); mount every chunk that the manifest names",
                    chunk: chunk.name
                )
            }
            chunks.append(Array(data))
        }
        return try manifest.decode(try ArtifactChunks.join(chunks, slice, of: manifest.trainingJob.name))
    }

    /// The bytes of a file; nil where there is none.
    private func read(_ file: URL) throws(RegistryError) -> Data? {
        do {
            return try Data(contentsOf: file)
        } catch CocoaError.fileReadNoSuchFile {
            return nil
        } catch {
            throw RegistryError(.fileSystem, "\(file.path) cannot be read: \(error.localizedDescription)")
        }
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }
}
