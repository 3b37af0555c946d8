import KubernetesClient
import Threading

/// What this process has written and its informer may not have seen yet.
///
/// A reconcile that reads its own object from the informer right after it wrote it may see the one before: it would decide
/// again what it decided already, and its next write would be refused. Resource versions are compared as the API server
/// orders them; where they are no numbers, the informer's word counts.
///
/// Only that is kept: of thousands of models the last status that was written to each would be as much again as all of them.
final class WriteMemory: Sendable {
    private let informed: Store<ForecastModel>
    private let written = Locked<[ObjectKey: ForecastModel]>([:])

    /// - Parameter informed: what the informer has seen.
    init(_ informed: Store<ForecastModel>) { self.informed = informed }

    /// How many objects the informer has not caught up with.
    var count: Int { written.withLock(\.count) }

    /// Remembers an object as the server returned it.
    func remember(_ model: ForecastModel) {
        written.withLock { $0[model.key] = model }
        // The watch may have been faster than the answer.
        if let seen = informed.get(model.key) { _ = newest(seen) }
    }

    /// Forgets what the informer has seen now.
    func catchUp(with model: ForecastModel) { _ = newest(model) }

    /// The newer of what the informer has and what was written.
    func newest(_ stored: ForecastModel) -> ForecastModel {
        written.withLock { written in
            guard let own = written[stored.key] else { return stored }
            if own.uid == stored.uid, let mine = Self.version(own), let theirs = Self.version(stored), mine > theirs {
                return own
            }
            written[stored.key] = nil
            return stored
        }
    }

    /// Forgets an object that is gone.
    func forget(_ key: ObjectKey) {
        written.withLock { $0[key] = nil }
    }

    private static func version(_ model: ForecastModel) -> UInt64? {
        model.metadata.resourceVersion.flatMap { UInt64($0) }
    }
}
