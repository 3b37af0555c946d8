/// How times and values are scaled before a fit, as Prophet scales them.
struct ProphetScaling: Hashable, Sendable, Codable {
    /// Seconds since 1970 of t = 0, the first observed row.
    var start: Int
    /// Seconds from t = 0 to t = 1, the last observed row.
    var timeScale: Double
    /// What one unit of scaled y is worth.
    var valueScale: Double
    /// Subtracted from y where there is no `floor` column: 0, or the least y with `minmax` scaling.
    var floor: Double
    /// Whether rows bring their own floor.
    var hasFloorColumn: Bool

    init(_ history: ProphetHistory, settings: ProphetSettings) {
        start = history.start
        timeScale = Double(history.end - history.start)
        let y = history.values
        floor = 0
        hasFloorColumn = false
        if settings.growth == .logistic, let floors = history.columns["floor"], let caps = history.columns["cap"] {
            hasFloorColumn = true
            switch settings.scaling {
            case .absmax: valueScale = zip(y, floors).reduce(0) { max($0, abs($1.0 - $1.1)) }
            case .minmax: valueScale = (caps.max() ?? 0) - (floors.min() ?? 0)
            }
        } else {
            switch settings.scaling {
            case .absmax: valueScale = y.reduce(0) { max($0, abs($1)) }
            case .minmax:
                floor = y.min() ?? 0
                valueScale = (y.max() ?? 0) - floor
            }
        }
        if !(valueScale > 0) { valueScale = 1 }
    }

    func scaled(_ time: Int) -> Double { Double(time &- start) / timeScale }
}
