import Foundation
public import HTTPTransport
public import ObjectStore

/// The chunks of one run's artifacts as objects of its folder, each called by its digest.
public struct ObjectChunks: Sendable {
    /// How large an object is at most, in bytes: large enough that a request costs little beside it, small enough that one
    /// that breaks off is soon sent again.
    public static let size = 16 << 20
    /// How large one may be that another trainer wrote: a chunk is held in memory.
    public static let largest = 256 << 20

    /// The folder.
    public let store: VersionManifest.Store
    private let client: S3Client
    private let retries: RetryPolicy
    private let outages: StoreOutages?

    /// Uses a folder of the client's bucket.
    ///
    /// - Parameters:
    ///   - retries: when a chunk is read or written again where the store is away or busy.
    ///   - outages: what is known of stores that are away; nil where each request finds out by itself.
    public init(
        store: VersionManifest.Store, client: S3Client, retries: RetryPolicy = RetryPolicy(),
        outages: StoreOutages? = nil
    ) {
        self.store = store
        self.client = client
        self.retries = retries
        self.outages = outages
    }

    /// Writes a chunk; doing it again changes nothing. A store that is away is waited for, by default half a minute in all.
    ///
    /// - Throws: ``RegistryError`` `storeUnreachable` or `storeRefused`.
    public func write(_ bytes: ArraySlice<UInt8>, as chunk: VersionManifest.Chunk) async throws {
        let key = store.key(of: chunk)
        do {
            try await patiently {
                try await client.put(key, .bytes(Array(bytes)), contentType: "application/octet-stream")
            }
        } catch let error as S3Error {
            throw failure(error, "written to", key)
        }
    }

    /// Does it again, after ever longer waits or when the store asks for it, where it is away or busy.
    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        var failures = 0
        while true {
            do {
                return try await asking(body)
            } catch let error as S3Error where error.isTransient {
                failures += 1
                guard failures < retries.attempts else { throw error }
                try await retries.sleep(retries.wait(afterFailure: failures, retryAfter: error.retryAfter))
            }
        }
    }

    /// Asks the store, unless it is known to be away.
    private func asking<Result>(_ body: () async throws -> Result) async throws -> Result {
        try outages?.enter(client.bucket)
        do {
            let result = try await body()
            outages?.leave(client.bucket, nil)
            return result
        } catch let error as S3Error {
            outages?.leave(client.bucket, error.isTransient ? error : nil)
            throw error
        }
    }

    /// Reads a chunk and checks it.
    ///
    /// - Throws: ``RegistryError``: `missingChunk` and `digestMismatch` are the chunk's fault, `storeUnreachable` and
    ///   `storeRefused` are not.
    public func read(_ chunk: VersionManifest.Chunk, of run: String) async throws -> [UInt8] {
        let key = store.key(of: chunk)
        guard (0...Self.largest).contains(chunk.bytes) else {
            throw RegistryError(
                .invalidManifest,
                "chunk \(chunk.name) of \(run)'s artifact is said to have \(chunk.bytes) bytes, and a chunk has at most "
                    + "\(Self.largest)", chunk: chunk.name)
        }
        do {
            // One byte more than there should be tells an object that is too long.
            let bytes = try await patiently { try await client.read(key, upTo: chunk.bytes + 1) }
            try ArtifactChunks.verify(bytes, chunk)
            return bytes
        } catch let error as S3Error where error.code == .noSuchKey {
            throw RegistryError(
                .missingChunk,
                "object \(client.bucket.place(ofObject: key)), a chunk of \(run)'s artifact, is gone; put it back from a "
                    + "backup, train again or roll back", chunk: chunk.name)
        } catch let error as S3Error where error.code == .tooLarge {
            throw RegistryError(
                .digestMismatch,
                "object \(client.bucket.place(ofObject: key)) is longer than the \(chunk.bytes) bytes that the manifest "
                    + "names; it was replaced, so the version cannot be used: train again or roll back",
                chunk: chunk.name)
        } catch let error as S3Error {
            throw failure(error, "read from", key)
        }
    }

    /// Reads one part of a version's encoded artifact, each chunk checked and then the whole.
    public func part(_ index: Int, of manifest: VersionManifest) async throws -> [UInt8] {
        let slice = try manifest.slice(index)
        var chunks: [[UInt8]] = []
        for chunk in slice.chunks { chunks.append(try await read(chunk, of: manifest.trainingJob.name)) }
        return try ArtifactChunks.join(chunks, slice, of: manifest.trainingJob.name)
    }

    /// What is in a folder, this one unless told.
    public func list(below prefix: String? = nil, limit: Int = .max) async throws -> S3Listing {
        do {
            return try await asking { try await client.list(prefix: prefix ?? store.prefix, limit: limit) }
        } catch let error as S3Error {
            throw failure(error, "listed in", prefix ?? store.prefix)
        }
    }

    /// Removes an object; one that is gone already is as well.
    public func remove(_ key: String) async throws {
        do {
            try await asking { try await client.delete(key) }
        } catch let error as S3Error {
            throw failure(error, "deleted from", key)
        }
    }

    private func failure(_ error: S3Error, _ what: String, _ key: String) -> RegistryError {
        let place = client.bucket.place(ofObject: key)
        let address = store.endpoint.map { " at \($0)" } ?? ""
        return RegistryError(
            error.isTransient ? .storeUnreachable : .storeRefused,
            "versions cannot be \(what) \(place)\(address): \(error.message)")
    }
}
