extension ProphetModel {
    /// Fits Prophet's posterior mode.
    ///
    /// - Parameters:
    ///   - series: rows in any order; missing values are dropped.
    ///   - choices: orders of built-in seasonalities that an earlier fit chose; nil chooses.
    ///   - normal: scratch of the calling thread.
    /// - Throws: an error that names the setting, the series or the column.
    init(
        fitting series: TimeSeries, settings: ProphetSettings, choices: Choices? = nil,
        scratch normal: NormalEquations = NormalEquations()
    ) throws(ForecastError) {
        try settings.validate()
        let history = try ProphetHistory(series, settings: settings)
        let plan = try ProphetPlan(history, settings: settings, choices: choices)
        let scaling = ProphetScaling(history, settings: settings)
        let changepoints = try ProphetChangepoints.place(history, settings: settings, scaling: scaling)
        let table = try plan.table(times: history.times, columns: history.columns)
        let design = ProphetDesign(
            t: history.times.map(scaling.scaled), rows: (0..<history.count).map(Int32.init), table: table,
            changepoints: changepoints, hasSlope: settings.growth != .flat
        )
        self.init(
            history: history, settings: settings, plan: plan, scaling: scaling, design: design, scratch: normal)
    }

    /// Fits on a design that is already made.
    ///
    /// - Parameter gramIsFilled: whether `normal` holds the Gram matrix of `design` already; linear means only.
    init(
        history: ProphetHistory, settings: ProphetSettings, plan: ProphetPlan, scaling: ProphetScaling,
        design: ProphetDesign, scratch normal: NormalEquations, gramIsFilled: Bool = false
    ) {
        self.plan = plan
        self.scaling = scaling
        uncertaintySamples = settings.uncertaintySamples
        meanStep = 1 / Double(history.count - 1)
        let floors = history.columns["floor"]
        let y = history.values.indices.map { row in
            (history.values[row] - (scaling.hasFloorColumn ? floors?[row] ?? 0 : scaling.floor)) / scaling.valueScale
        }
        let start = Self.initialTrend(history, y: y, design: design, settings: settings, scaling: scaling)
        trend = start
        beta = [Double](repeating: 0, count: plan.width)
        sigma = 1e-9
        if settings.growth != .logistic, let first = y.first, y.allSatisfy({ $0 == first }) { return }
        if settings.growth != .logistic, !plan.isMultiplicative {
            fitLinear(y, design: design, settings: settings, scratch: normal, gramIsFilled: gramIsFilled)
        } else {
            fitNonlinear(y, history: history, design: design, settings: settings, scratch: normal)
        }
        if ProphetChangepoints.isPlaceholder(trend.changepoints, settings: settings) {
            trend.k += trend.delta.reduce(0, +)
            trend.delta = trend.delta.map { _ in 0 }
        }
    }

    private mutating func fitLinear(
        _ y: [Double], design: ProphetDesign, settings: ProphetSettings, scratch normal: NormalEquations,
        gramIsFilled: Bool
    ) {
        if !gramIsFilled {
            normal.reset(gaussians: design.trendColumns + design.table.width, deltas: design.deltas)
            design.fillGram(normal, priorScales: plan.priorScales)
        }
        let outcome = y.withUnsafeBufferPointer { y -> MAPSolver.Outcome? in
            guard let y = y.baseAddress else { return nil }
            design.fillTarget(normal, y)
            return MAPSolver.maximize(normal, laplaceScale: settings.changepointPriorScale) {
                design.residuals($0, y)
            }
        }
        if let outcome { take(normal, outcome, design: design) }
    }

    private mutating func fitNonlinear(
        _ y: [Double], history: ProphetHistory, design: ProphetDesign, settings: ProphetSettings,
        scratch normal: NormalEquations
    ) {
        normal.reset(gaussians: design.trendColumns + design.table.width, deltas: design.deltas)
        design.setPrecisions(normal, priorScales: plan.priorScales)
        normal.gamma[0] = trend.m
        if design.hasSlope { normal.gamma[1] = trend.k }
        let mean = NonlinearMean(
            design: design, growth: settings.growth, y: y,
            caps: settings.growth == .logistic ? Self.scaledCaps(history, scaling: scaling) : [],
            isMultiplicative: plan.components.flatMap {
                [Bool](repeating: $0.mode == .multiplicative, count: $0.width)
            }
        )
        let solver = GaussNewtonSolver(mean: mean, laplaceScale: settings.changepointPriorScale)
        take(normal, solver.maximize(normal), design: design)
    }

    /// (cap − floor) / scale of each observed row.
    static func scaledCaps(_ history: ProphetHistory, scaling: ProphetScaling) -> [Double] {
        let floors = history.columns["floor"]
        return (history.columns["cap"] ?? []).enumerated().map { row, cap in
            (cap - (scaling.hasFloorColumn ? floors?[row] ?? 0 : scaling.floor)) / scaling.valueScale
        }
    }

    /// Reads the estimate out of the solver's scratch.
    mutating func take(_ normal: NormalEquations, _ outcome: MAPSolver.Outcome, design: ProphetDesign) {
        trend.m = normal.gamma[0]
        trend.k = design.hasSlope ? normal.gamma[1] : 0
        for j in 0..<design.deltas { trend.delta[j] = normal.delta[j] }
        for c in 0..<design.table.width { beta[c] = normal.gamma[design.trendColumns + c] }
        sigma = outcome.variance.squareRoot()
        logPosterior = outcome.logPosterior
    }
}
