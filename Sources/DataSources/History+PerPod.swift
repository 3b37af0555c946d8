public import ForecastEngine

extension History {
    /// The series as one pod needs them, which is what requests are for.
    ///
    /// Where the history has all pods, a container's CPU is the total divided by the pods of that moment, times how
    /// much busier the busiest was: never the sum over pods. Memory, and a history of the busiest pod, stay, without the
    /// columns beside them, which are nothing to forecast by. A panel stays as it is.
    public var perPod: [TimeSeries] {
        guard meaning != .panel else { return series }
        return series.map { one in
            var busiest = one
            busiest.columns = [:]
            guard let pods = one.columns[Self.podsColumn], let share = one.columns[Self.shareColumn] else {
                return busiest
            }
            busiest.values = one.values.indices.map { row in
                pods[row] > 0 ? one.values[row] / pods[row] * (share[row].isNaN ? 1 : share[row]) : .nan
            }
            return busiest
        }
    }
}
