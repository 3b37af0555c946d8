import HTTPTransport
import ObjectStore

/// Puts an object in another one's place, unless that is of a later decision.
///
/// The mark lies beside the object, in its metadata, and the store replaces only the object that was looked at: nobody who
/// was stopped in between goes back before what was written meanwhile.
struct ObjectFence: Sendable {
    let client: S3Client
    let key: String

    /// What came of it.
    enum Outcome: Sendable, Hashable {
        case written
        /// Written, but nobody could look at what was there.
        case writtenBlindly
        /// What is there is of a later decision, and stays.
        case outdated
    }

    /// How often somebody else may be faster.
    private static let attempts = 5

    /// Writes what is in a file.
    func replace(with file: String, contentType: String, of labels: ForecastLabels) async throws -> Outcome {
        func put(where condition: S3Client.Condition?) async throws {
            try await client.put(
                key, .file(file), contentType: contentType, metadata: ForecastMark(labels).metadata, where: condition)
        }
        for _ in 0..<Self.attempts {
            let known: HTTPHeaders?
            var isHidden = false
            do {
                known = try await client.head(key)
            } catch let error as S3Error where !error.isTransient {
                // Credentials that may only write; or what is wrong otherwise, which the answer to `HEAD` has no room for.
                (known, isHidden) = (nil, true)
            }
            if let mark = known.flatMap(ForecastMark.init(headers:)), mark.isNewer(than: labels) { return .outdated }
            do {
                try await put(where: known.map { $0["ETag"].map { .unchanged($0) } } ?? .absent)
                return .written
            } catch let error as S3Error where error.code == .conditionFailed {
                guard isHidden else { continue }
                try await put(where: nil)
                return .writtenBlindly
            } catch let error as S3Error where error.status == 501 {
                // A store that knows no conditions: what is left is the look at the mark.
                try await put(where: nil)
                return isHidden ? .writtenBlindly : .written
            }
        }
        throw TrainingFailure(
            "Overwritten",
            "\(client.bucket.place(ofObject: key)) is replaced by somebody else whenever this looks at it; give each model a key "
                + "of its own in spec.output.s3", exitStatus: .unavailable)
    }
}
