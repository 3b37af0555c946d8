/// Medians over a window that moves along a series.
enum RollingMedian {
    /// The median of the observed values among each `window` steps up to and with each step; NaN where none was observed.
    ///
    /// - Complexity: O(n · window) moves of memory, and O(n · log window) comparisons.
    static func trailing(_ grid: RegularGrid, window: Int) -> [Double] {
        var sorted: [Double] = []
        sorted.reserveCapacity(min(window, grid.count) + 1)
        func place(_ value: Double) -> Int {
            var low = 0
            var high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return grid.values.indices.map { t in
            if grid.observed[t] { sorted.insert(grid.values[t], at: place(grid.values[t])) }
            if t >= window, grid.observed[t - window] { sorted.remove(at: place(grid.values[t - window])) }
            guard !sorted.isEmpty else { return .nan }
            let half = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half])
        }
    }
}
