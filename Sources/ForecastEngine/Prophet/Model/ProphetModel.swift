/// A fitted Prophet model: the parameters on scaled axes and what is needed to build X on other rows.
struct ProphetModel: Hashable, Sendable, Codable {
    var plan: ProphetPlan
    var scaling: ProphetScaling
    var trend: ProphetTrend
    /// Coefficients of X's columns.
    var beta: [Double]
    /// Deviation of the noise, scaled.
    var sigma: Double
    /// The log posterior at the estimate in Stan's convention; nil for a constant series, where nothing is optimized.
    var logPosterior: Double?
    /// The mean distance of observed rows in scaled time.
    var meanStep: Double
    /// 0 gives no interval.
    var uncertaintySamples: Int

    /// Columns that a forecast needs, by name; `floor` where the fit had one.
    var requiredColumns: [(name: String, kind: ProphetColumnKind)] {
        var result: [(String, ProphetColumnKind)] = []
        if trend.growth == .logistic { result.append(("cap", .cap)) }
        if scaling.hasFloorColumn { result.append(("floor", .floor)) }
        return result
    }
}
