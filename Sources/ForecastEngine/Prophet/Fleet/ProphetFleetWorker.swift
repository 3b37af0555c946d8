/// One thread's fits of a fleet: it keeps the Gram matrix of the last series, which the next often shares.
final class ProphetFleetWorker {
    private let settings: ProphetSettings
    private let calendar: ProphetCalendar
    private let normal = NormalEquations()
    private var design: ProphetDesign?
    private var plan: ProphetPlan?
    private var times: [Int] = []

    init(settings: ProphetSettings, calendar: ProphetCalendar) {
        self.settings = settings
        self.calendar = calendar
    }

    /// The fit of `ProphetModel(fitting:settings:)`, from shared pieces where the model allows it.
    func fit(_ series: TimeSeries) throws(ForecastError) -> ProphetModel {
        try settings.validate()
        let history = try ProphetHistory(series, settings: settings)
        let scaling = ProphetScaling(history, settings: settings)
        if let design, let plan, history.times == times {
            return ProphetModel(
                history: history, settings: settings, plan: plan, scaling: scaling, design: design, scratch: normal,
                gramIsFilled: true)
        }
        design = nil
        let plan = try ProphetPlan(history, settings: settings)
        guard plan.dependsOnTimeOnly, !plan.isMultiplicative, settings.growth != .logistic,
            let rows = calendar.rows(of: history.times)
        else {
            return try ProphetModel(fitting: series, settings: settings, scratch: normal)
        }
        let columns = try calendar.columns(plan)
        let changepoints = try ProphetChangepoints.place(history, settings: settings, scaling: scaling)
        let design = ProphetDesign(
            t: history.times.map(scaling.scaled), rows: rows, table: columns.table, changepoints: changepoints,
            hasSlope: settings.growth != .flat
        )
        normal.reset(gaussians: design.trendColumns + design.table.width, deltas: design.deltas)
        design.fillGram(normal, priorScales: plan.priorScales, featureGram: featureGram(rows, columns))
        self.design = design
        self.plan = plan
        times = history.times
        return ProphetModel(
            history: history, settings: settings, plan: plan, scaling: scaling, design: design, scratch: normal,
            gramIsFilled: true)
    }

    /// XᵀX over the observed rows: the calendar's less the rows that are absent, where those are fewer.
    ///
    /// Nil where it is cheaper, or with duplicate times necessary, to sum over the observed rows.
    private func featureGram(_ rows: [Int32], _ columns: ProphetCalendar.Columns) -> [Double]? {
        let absent = columns.table.count - rows.count
        guard absent >= 0, absent < rows.count else { return nil }
        var missing: [Int32] = []
        missing.reserveCapacity(absent)
        var expected: Int32 = 0
        for row in rows {
            guard row >= expected else { return nil }
            while expected < row {
                missing.append(expected)
                expected += 1
            }
            expected += 1
        }
        while expected < Int32(columns.table.count) {
            missing.append(expected)
            expected += 1
        }
        var gram = columns.gram
        gram.withUnsafeMutableBufferPointer { gram in
            columns.table.values.withUnsafeBufferPointer { x in
                missing.withUnsafeBufferPointer { missing in
                    guard let gram = gram.baseAddress, let x = x.baseAddress else { return }
                    Kernels.accumulateGram(
                        x, rows: missing.count, stride: columns.table.stride, rowIndex: missing.baseAddress, into: gram,
                        subtract: true)
                }
            }
        }
        return gram
    }

    /// The scale of MASE from the training rows: the mean change over the shortest natural season.
    func maseScale(_ training: TimeSeries) -> Double {
        guard let rows = calendar.rows(of: training.times), let first = rows.first, let last = rows.last else {
            return Metrics.maseScale(training.values, seasonLength: 1)
        }
        let count = Int(last - first) + 1
        var values = [Double](repeating: .nan, count: count)
        for (row, value) in zip(rows, training.values) { values[Int(row - first)] = value }
        let season = Seasons.candidates(.seconds(calendar.step)).first { 2 * $0 <= count } ?? 1
        return Metrics.maseScale(values, seasonLength: season)
    }
}
