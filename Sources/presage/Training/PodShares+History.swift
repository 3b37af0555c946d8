import Autoscaler
import DataSources
import ForecastEngine

extension PodShares {
    /// Measures how CPU was spread over pods on the held-out end of a history.
    ///
    /// - Parameter cut: rows after it count; where none of them tells, all do.
    init(_ history: History, after cut: Int) {
        self.init(containers: [:])
        guard history.meaning == .allPods else { return }
        for series in history.series {
            guard let (container, resource) = WorkloadPredictor.parse(series: series.id), resource == .cpu,
                let pods = series.columns[History.podsColumn], let ratios = series.columns[History.shareColumn],
                let last = pods.last(where: { $0 > 0 })
            else { continue }
            let known = zip(series.times, ratios).filter { $0.1.isFinite }
            let heldOut = known.filter { $0.0 > cut }
            let sorted = (heldOut.isEmpty ? known : heldOut).map(\.1).sorted()
            let rank = Int((Self.quantile * Double(sorted.count)).rounded(.up)) - 1
            containers[container] = Share(
                pods: last, busiestOverMean: sorted.isEmpty ? 1 : max(1, sorted[max(0, rank)]))
        }
    }
}
