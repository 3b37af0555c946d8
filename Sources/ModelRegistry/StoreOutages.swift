import ObjectStore
import Threading

/// Which object stores did not answer lately.
///
/// One operator looks after the versions of many models in the same store. When it is away, each request would wait for its
/// own time-out, and the few workers for nothing else. So after one failure everybody is told at once what it was; when the
/// pause is over one asks again, and the others go on as soon as that one got an answer.
public final class StoreOutages: Sendable {
    private struct Outage: Sendable {
        var error: S3Error
        var until: ContinuousClock.Instant
    }

    private let pause: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    /// By the address: who is away is a server and not a bucket.
    private let outages = Locked<[String: Outage]>([:])

    /// Knows of none.
    ///
    /// - Parameter pause: how long nobody asks a store that did not answer.
    public init(pause: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.pause = pause
        self.now = now
    }

    /// Lets a request through, unless its store is known to be away.
    ///
    /// - Throws: what went wrong last; it names the server, and nothing of whose request it was.
    func enter(_ bucket: S3Bucket) throws(S3Error) {
        let (now, pause) = (now(), pause)
        let known = outages.withLock { outages -> S3Error? in
            guard let outage = outages[Self.address(bucket)] else { return nil }
            if now < outage.until { return outage.error }
            // This one finds out, and the others wait for it.
            outages[Self.address(bucket)]?.until = now + pause
            return nil
        }
        if let known { throw known }
    }

    /// Remembers how a request ended; nil where the store answered, whatever it said.
    func leave(_ bucket: S3Bucket, _ error: S3Error?) {
        let outage = error.map { Outage(error: $0, until: now() + pause) }
        outages.withLock { $0[Self.address(bucket)] = outage }
    }

    private static func address(_ bucket: S3Bucket) -> String { bucket.endpoint ?? bucket.region }
}
