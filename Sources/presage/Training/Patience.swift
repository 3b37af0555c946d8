import Autoscaler
import HTTPTransport

/// How long a pod waits for a source or an object store that is away, before it leaves the next try to its Job.
///
/// There are six tries, and each wait is twice the one before: by default 1, 2, 4, 8 and 16 seconds.
struct Patience: Sendable, Hashable {
    /// The environment variable that says otherwise, such as `5m`; a model sets it in `spec.training.env`.
    static let variable = "PRESAGE_PATIENCE"
    /// The default.
    static let standard = Patience(total: .seconds(31))

    /// All waits together.
    var total: Duration
    /// The first wait: of 1 + 2 + 4 + 8 + 16 parts one.
    var firstWait: Duration { total / 31 }

    /// Waits `total` in all.
    init(total: Duration) { self.total = total }

    /// Reads the variable.
    ///
    /// - Throws: where it is no length of time.
    init(environment: [String: String]) throws(TrainingFailure) {
        guard let text = environment[Self.variable], !text.isEmpty else {
            self = .standard
            return
        }
        do {
            total = .seconds(try TimeSpan(text).seconds)
        } catch {
            throw RunDocument.invalid("\(Self.variable): \(error.message)")
        }
    }

    /// The same for the reads of a source or a store.
    var retries: RetryPolicy {
        // A server may ask for longer by Retry-After.
        RetryPolicy(firstWait: firstWait, longestWait: max(total, .seconds(60)))
    }
}
