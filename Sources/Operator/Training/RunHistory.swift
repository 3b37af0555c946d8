import Autoscaler
import Foundation
import KubernetesClient

/// Which finished runs are kept, beside those that a time to live keeps.
enum RunHistory {
    /// The operator's own finished runs beyond the newest `limit`.
    ///
    /// The newest always stays: it says how the model fares, and counts the tries of a spec that fails. What a person made
    /// goes by its time to live alone, for it may stand in a Git repository.
    static func surplus(_ runs: some Sequence<TrainingJob>, keeping limit: Int) -> [TrainingJob] {
        runs.filter { $0.isFinished && $0.trigger != nil && !$0.metadata.isBeingDeleted }
            .sorted { $0.isNewer(than: $1) }
            .dropFirst(max(1, limit)).map { $0 }
    }
}

extension TrainingJob {
    /// Whether a run was made after another.
    func isNewer(than other: TrainingJob) -> Bool {
        func age(_ run: TrainingJob) -> (Int64, Date, String) {
            (run.metadata.creationTimestamp?.seconds ?? 0, run.status?.completionTime ?? .distantFuture, run.name)
        }
        return age(self) > age(other)
    }
}
