/// The design matrix Z = [1, t, X | hinges] of one series, kept as its pieces.
///
/// Only X is stored. The trend columns follow from `t` and the changepoints s: the hinge at s is max(0, t − s), and its
/// products with any column f come from suffix sums, Σ_{t>s}(t − s)f = S₁ − s·S₀.
struct ProphetDesign: Sendable {
    /// Scaled times of the observed rows, ascending, 0…1.
    let t: [Double]
    /// For each observed row its row in `table`.
    let rows: [Int32]
    let table: FeatureTable
    /// Scaled changepoints, ascending.
    let changepoints: [Double]
    /// For each changepoint the first observed row after it.
    let firstAfter: [Int]
    /// False for flat growth: then there is neither a slope nor a hinge.
    let hasSlope: Bool

    var count: Int { t.count }
    /// Trend columns ahead of X in the Gaussian block: m, and k where there is a slope.
    var trendColumns: Int { hasSlope ? 2 : 1 }
    var deltas: Int { hasSlope ? changepoints.count : 0 }

    init(t: [Double], rows: [Int32], table: FeatureTable, changepoints: [Double], hasSlope: Bool) {
        self.t = t
        self.rows = rows
        self.table = table
        self.changepoints = changepoints
        self.hasSlope = hasSlope
        var row = 0
        firstAfter = changepoints.map { changepoint in
            while row < t.count, t[row] <= changepoint { row += 1 }
            return row
        }
    }
}
