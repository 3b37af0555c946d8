/// The answer of one query on the grid of steps, by container and pod.
struct UsageGrid {
    /// Whose values they are.
    struct Key: Hashable {
        var container: String
        /// Empty where the query does not tell pods apart.
        var pod: String
    }

    /// Values from the step `first` on; NaN where there is none.
    struct Row {
        var first: Int
        var values: [Double]

        var last: Int { first + values.count - 1 }

        subscript(step: Int) -> Double {
            step >= first && step - first < values.count ? values[step - first] : .nan
        }
    }

    private(set) var rows: [Key: Row] = [:]

    /// Whether the query tells pods apart.
    var hasPods: Bool { rows.keys.contains { !$0.pod.isEmpty } }
    var isEmpty: Bool { rows.isEmpty }
    /// How many values there are.
    var count: Int { rows.values.reduce(0) { $0 + $1.values.count { !$0.isNaN } } }

    /// No values.
    init() {}

    /// Puts series on the grid.
    ///
    /// - Throws: `missingLabel` where a series does not say which container it is of, and `invalidQuery` where two series
    ///   are of the same container and pod.
    init(
        _ series: [PrometheusAnswer.Series], start: Int, step: Int, containerLabel: String, podLabel: String,
        field: String, source: String
    ) throws(DataError) {
        for one in series {
            guard let container = one.labels[containerLabel], !container.isEmpty else {
                let labels = one.labels.keys.sorted().joined(separator: ", ")
                throw DataError(
                    .missingLabel,
                    "a series has no label “\(containerLabel)”, which names the container (its labels: "
                        + "\(labels.isEmpty ? "none" : labels)); keep it in the aggregation, or name another in "
                        + "containerLabel", source: source, field: field)
            }
            let key = Key(container: container, pod: one.labels[podLabel] ?? "")
            guard rows[key] == nil else {
                throw DataError(
                    .invalidQuery,
                    "returns two series of container \(container)\(key.pod.isEmpty ? "" : " of pod \(key.pod)"); "
                        + "aggregate them, such as by max by (\(containerLabel),\(podLabel)) (…)", source: source,
                    field: field)
            }
            guard let first = one.times.min(), let last = one.times.max() else { continue }
            let begin = (first - start) / step
            var values = [Double](repeating: .nan, count: (last - start) / step - begin + 1)
            for (time, value) in zip(one.times, one.values) { values[(time - start) / step - begin] = value }
            // A row without any number is no pod.
            if values.contains(where: { !$0.isNaN }) { rows[key] = Row(first: begin, values: values) }
        }
    }
}
