public import HTTPTransport

/// A source that is read again, from its beginning, as long as its failure may pass (``DataError/mayPass``) and the policy
/// has tries left.
public struct PatientSource: DataSource {
    private let source: any DataSource
    private let retries: RetryPolicy

    /// Reads `source`, waiting between two tries as `retries` says.
    public init(_ source: any DataSource, retries: RetryPolicy) {
        self.source = source
        self.retries = retries
    }

    /// Reads the whole history; throws the last try's error.
    public func read() async throws -> History {
        var failures = 0
        while true {
            do {
                return try await source.read()
            } catch let error as DataError where error.mayPass {
                failures += 1
                guard failures < retries.attempts else { throw error }
                try await retries.sleep(retries.wait(afterFailure: failures, retryAfter: error.retryAfter))
            }
        }
    }
}
