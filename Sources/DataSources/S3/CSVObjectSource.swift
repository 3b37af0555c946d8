public import HTTPTransport
public import ObjectStore

/// A CSV table in an S3-compatible store, read while it comes.
public struct CSVObjectSource: DataSource {
    /// The bucket.
    public let bucket: S3Bucket
    /// The object's key.
    public let key: String
    /// How to read what comes.
    public let reader: CSVReader
    private let client: HTTPClient

    /// Reads the object `key` of `bucket` with `reader`.
    public init(bucket: S3Bucket, key: String, reader: CSVReader = CSVReader(), client: HTTPClient = HTTPClient()) {
        self.bucket = bucket
        self.key = key
        self.reader = reader
        self.client = client
    }

    /// Reads the object.
    public func read() async throws -> History {
        let name = bucket.place(ofObject: key)
        do {
            let object = try await S3Client(bucket: bucket, client: client).get(key)
            return try await reader.read(name: name, body: object.body, limit: CSVURLSource.maximumBytes)
        } catch let error as S3Error {
            throw DataError(
                Self.code(error.code), error.message, source: name, mayPass: error.isTransient,
                retryAfter: error.retryAfter)
        }
    }

    private static func code(_ code: S3Error.Code) -> DataError.Code {
        switch code {
        case .noSuchBucket, .noSuchKey: .notFound
        case .accessDenied, .invalidCredentials, .signatureMismatch: .accessDenied
        case .clockSkew: .clockSkew
        case .wrongRegion, .unreachable, .slowDown, .conditionFailed, .tooLarge, .other: .requestFailed
        }
    }
}
