import Foundation
public import HTTPTransport

/// Reads and writes objects of one bucket, signed with AWS Signature Version 4 (by libcurl).
public struct S3Client: Sendable {
    /// The bucket.
    public let bucket: S3Bucket
    private let client: HTTPClient

    /// Uses a bucket through `client`.
    public init(bucket: S3Bucket, client: HTTPClient = HTTPClient()) {
        self.bucket = bucket
        self.client = client
    }

    /// Opens an object; the body comes as it is read, unpacked where the object's `Content-Encoding` is gzip.
    ///
    /// - Throws: ``S3Error``, or `CancellationError`.
    public func get(_ key: String) async throws -> (body: HTTPResponseBody, headers: HTTPHeaders) {
        let response = try await send("GET", key, takesPacked: true)
        guard response.status == 200 else { throw try await failure(response, key) }
        return (response.body, response.headers)
    }

    /// Reads an object whole.
    ///
    /// - Parameter limit: the most bytes to take.
    public func read(_ key: String, upTo limit: Int) async throws -> [UInt8] {
        let response = try await get(key)
        do {
            return try await response.body.collect(upTo: limit)
        } catch let error as HTTPTransportError {
            throw Self.unreachable(error)
        }
    }

    /// The largest object that one request may write, as S3 has it. Larger ones need multipart uploads, which this client
    /// does not make.
    public static let largestObject = 5 << 30

    /// What a store says of an object, such as its `ETag`; nil where there is no such object.
    public func head(_ key: String) async throws -> HTTPHeaders? {
        let response = try await send("HEAD", key)
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw try await failure(response, key) }
        return response.headers
    }

    /// What has to hold of the object that is there, for another one to take its place.
    public enum Condition: Sendable, Hashable {
        /// There is none.
        case absent
        /// It is the one with this `ETag`.
        case unchanged(String)

        var header: (name: String, value: String) {
            switch self {
            case .absent: ("If-None-Match", "*")
            case .unchanged(let tag): ("If-Match", tag)
            }
        }
    }

    /// What the names of an object's own headers begin with.
    public static let metadataPrefix = "x-amz-meta-"

    /// What an object is made of.
    public enum Content: Sendable {
        /// Bytes, which are held twice while they are sent.
        case bytes([UInt8])
        /// A file, which is read as the network takes it.
        case file(String)

        /// What is sent, and how many bytes it has.
        func opened() throws -> (body: HTTPRequestBody, size: Int) {
            switch self {
            case .bytes(let bytes): return (.bytes(bytes), bytes.count)
            case .file(let path):
                let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                let size = Int(try file.seekToEnd())
                try file.seek(toOffset: 0)
                let chunks = AsyncThrowingStream<[UInt8], any Error> {
                    try file.read(upToCount: 1 << 18).flatMap { $0.isEmpty ? nil : Array($0) }
                }
                return (.stream(length: size, chunks), size)
            }
        }
    }

    /// Writes an object in one step: readers have the old one or the new one.
    ///
    /// - Parameters:
    ///   - metadata: what is stored beside it, by names in lower case: ``head(_:)`` gives it back as `x-amz-meta-<name>`.
    ///   - condition: what the store checks in the same step. Not every store does: some refuse such a request (501), and old
    ///     ones pass over it.
    /// - Throws: ``S3Error`` `tooLarge` beyond ``largestObject``, before anything is sent; `conditionFailed`.
    public func put(
        _ key: String, _ content: Content, contentType: String, metadata: [String: String] = [:],
        where condition: Condition? = nil
    ) async throws {
        let (body, size) = try content.opened()
        try Self.checkSize(size, key, in: bucket)
        var headers: HTTPHeaders = ["Content-Type": contentType]
        for (name, value) in metadata { headers["\(Self.metadataPrefix)\(name)"] = value }
        if let (name, value) = condition?.header { headers[name] = value }
        let response = try await send("PUT", key, headers: headers, body: body)
        guard response.status == 200 else {
            let error = try await failure(response, key)
            // An object that has gone is not the one that was to be replaced.
            guard case .unchanged = condition, error.code == .noSuchKey else { throw error }
            throw S3Error(.conditionFailed, "\(bucket.place(ofObject: key)) is gone", status: response.status)
        }
        _ = try? await response.body.collect(upTo: 1 << 16)
    }

    /// Removes an object; one that is not there is no failure.
    public func delete(_ key: String) async throws {
        let response = try await send("DELETE", key)
        guard (200..<300).contains(response.status) || response.status == 404 else {
            throw try await failure(response, key)
        }
    }

    /// - Throws: where an object of `count` bytes cannot be written in one request.
    static func checkSize(_ count: Int, _ key: String, in bucket: S3Bucket) throws(S3Error) {
        guard count > largestObject else { return }
        throw S3Error(
            .tooLarge,
            "\(bucket.place(ofObject: key)) would have \(count) bytes, and S3 takes at most 5 GiB (\(largestObject)) in one "
                + "request; multipart uploads are not supported, so write fewer series, a shorter horizon, or use another place"
        )
    }

    /// Sends a signed request.
    ///
    /// - Parameter query: percent-encoded and in the order of its names, as it is signed.
    func send(
        _ method: String, _ key: String, query: String? = nil, headers: HTTPHeaders = [:],
        body: HTTPRequestBody = .none,
        takesPacked: Bool = false
    ) async throws -> HTTPResponse {
        let url = bucket.url(ofObject: key) + (query.map { "?\($0)" } ?? "")
        var request = HTTPRequest(method: method, url: url, headers: headers, body: body, takesPacked: takesPacked)
        request.timeouts = HTTPTimeouts(connect: .seconds(10), idle: .seconds(60))
        // What has been read from a file is not there to be sent anew.
        if case .stream = body { request.isSentOnce = true }
        if let credentials = bucket.credentials {
            // S3 wants this header and libcurl 7.88 does not send it, but signs the value that it is given. A body is
            // protected by TLS and not by the signature, as S3 allows.
            let hash: String
            if case .none = body { hash = Self.hashOfNothing } else { hash = "UNSIGNED-PAYLOAD" }
            request.headers["x-amz-content-sha256"] = hash
            request.signature = AWSSignature(
                accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
                sessionToken: credentials.sessionToken, region: bucket.region)
        }
        do {
            return try await client.send(request)
        } catch let error as HTTPTransportError {
            throw Self.unreachable(error)
        }
    }

    /// SHA-256 of no bytes.
    private static let hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    func failure(_ response: HTTPResponse, _ key: String) async throws -> S3Error {
        let body = (try? await response.body.collect(upTo: 1 << 16)) ?? []
        return .answer(
            status: response.status, body: String(decoding: body, as: UTF8.self), headers: response.headers,
            bucket: bucket, key: key)
    }

    static func unreachable(_ error: HTTPTransportError) -> S3Error {
        if error.code == .bodyTooLarge { return S3Error(.tooLarge, error.message) }
        // Not every store has a certificate of an authority that everybody knows.
        let field = error.code == .tlsVerification ? "; the field is tls.ca, beside endpoint" : ""
        return S3Error(error.isTransient ? .unreachable : .other, error.message + field)
    }
}
