import Autoscaler
import KubernetesClient
import Threading

/// Which trainings may begin, where a namespace runs no more than so many at once.
///
/// A template of a thousand Deployments would else ask for a thousand pods in the same moment, and a cluster that grows by itself for
/// nodes for all of them. A namespace has its own slots: pods that never come up hold those of their own team.
final class TrainingSlots: Sendable {
    private struct Namespace {
        /// The runs whose Jobs are at work.
        var running: Set<String> = []
        /// Those that may begin and whose Jobs have not been seen yet.
        var admitted: Set<String> = []
        /// When those were made that wait, in seconds.
        var waiting: [String: Int64] = [:]

        func free(of limit: Int) -> Int { max(0, limit - running.union(admitted).count) }

        /// The oldest goes first.
        func isAhead(_ left: String, _ right: String) -> Bool {
            (waiting[left] ?? .max, left) < (waiting[right] ?? .max, right)
        }
    }

    private let limit: Int
    private let namespaces = Locked<[String: Namespace]>([:])

    /// - Parameter limit: how many trainings run at once in a namespace; 0 for any number.
    init(limit: Int) { self.limit = limit }

    /// Whether a run may begin, which it then has a slot for; else it waits for one.
    func admit(_ run: TrainingJob) -> Bool {
        guard limit > 0 else { return true }
        return namespaces.withLock { namespaces in
            var own = namespaces[run.namespace] ?? Namespace()
            defer { namespaces[run.namespace] = own }
            if own.admitted.contains(run.name) || own.running.contains(run.name) { return true }
            own.waiting[run.name] = run.metadata.creationTimestamp?.seconds ?? .max
            let free = own.free(of: limit)
            guard free > 0, own.waiting.keys.count(where: { own.isAhead($0, run.name) }) < free else { return false }
            own.waiting[run.name] = nil
            own.admitted.insert(run.name)
            return true
        }
    }

    /// Takes back that a run may begin, or waits for that: it does not begin after all, or is gone.
    func leave(_ key: ObjectKey) {
        change(key.namespace ?? "") { own in
            own.admitted.remove(key.name)
            own.waiting[key.name] = nil
        }
    }

    /// Follows the Jobs of runs.
    ///
    /// - Returns: the runs that may begin now.
    func follow(_ event: InformerEvent<Job>) -> [ObjectKey] {
        let key = event.object.key
        let isAtWork = !event.isDeletion && event.object.trainingState.state == .active
        return change(key.namespace ?? "") { own in
            own.admitted.remove(key.name)
            if isAtWork { own.running.insert(key.name) } else { own.running.remove(key.name) }
            let free = own.free(of: limit)
            guard free > 0, !own.waiting.isEmpty else { return [] }
            return own.waiting.keys.sorted(by: own.isAhead).prefix(free)
                .map { ObjectKey(namespace: key.namespace, name: $0) }
        }
    }

    /// Why a run that was not admitted waits.
    func message(in namespace: String) -> String {
        "waits for one of the \(limit) trainings that run in namespace \(namespace) to end: the operator's --max-trainings allows no more "
            + "at once"
    }

    @discardableResult
    private func change<Result: Sendable>(_ name: String, _ body: (inout Namespace) -> Result) -> Result {
        namespaces.withLock { namespaces in
            var own = namespaces[name] ?? Namespace()
            let result = body(&own)
            // Of namespaces that come and go nothing is kept.
            let isEmpty = own.running.isEmpty && own.admitted.isEmpty && own.waiting.isEmpty
            namespaces[name] = isEmpty ? nil : own
            return result
        }
    }
}
