import Dispatch

/// Prophet on a fleet of series: the fits of `TrainedModel`, sharing what series have in common.
///
/// Series observed at the same times share the design, the Gram matrix and one thread's copy of it; a fit then costs one
/// product Xᵀy, a few solves of the size of the parameters, and one pass of residuals. Series with their own closed days
/// share the Fourier columns of the calendar that they lie on, whose Gram matrix loses the rows that a series lacks. Which
/// thread fits a series changes nothing in its result: the same input gives the same bytes on any number of threads.
public struct ProphetFleet: Sendable {
    /// Prophet's parameters, for every series.
    public var settings: ProphetSettings
    /// The share of outcomes that the interval is to contain.
    public var intervalWidth: Double
    /// For growth that is simulated.
    public var seed: UInt64
    /// How many threads at most; at least 1.
    public var threads: Int

    /// What became of one series.
    public struct Outcome: Sendable {
        /// The series' name.
        public var id: String
        /// The forecast of the held-out or future rows; nil where the fit failed.
        public var forecast: Forecast?
        /// The scores, where there was something to score.
        public var evaluation: Evaluation?
        /// The log posterior at the fit, in Stan's convention; nil for a constant series.
        public var logPosterior: Double?
        /// Why the series failed.
        public var error: ForecastError?
    }

    /// Creates a fleet's settings.
    public init(
        settings: ProphetSettings = ProphetSettings(), intervalWidth: Double = 0.8, seed: UInt64 = 0, threads: Int = 2
    ) {
        self.settings = settings
        self.intervalWidth = intervalWidth
        self.seed = seed
        self.threads = max(1, threads)
    }

    /// Holds out the last `holdout` rows of each series, fits on those before them, forecasts and scores them.
    ///
    /// - Returns: one outcome a series, in the order of the panel.
    public func backtest(_ panel: [TimeSeries], holdout: Int) -> [Outcome] {
        run(panel) { series in
            guard holdout >= 1, series.count > holdout + 1 else {
                throw ForecastError(
                    .tooShort,
                    "Series '\(series.id)' has \(series.count) rows; a holdout of \(holdout) needs \(holdout + 2).")
            }
            let cut = series.count - holdout
            return (series.slice(0..<cut), series.slice(cut..<series.count))
        }
    }

    /// Fits each series on all of its rows and forecasts `steps` steps after its last.
    ///
    /// - Returns: one outcome a series, in the order of the panel.
    public func forecast(_ panel: [TimeSeries], steps: Int) -> [Outcome] {
        run(panel) { series in
            guard steps >= 1, steps <= TrainedModel.longestHorizon else {
                throw ForecastError(.invalidHorizon, "A forecast of \(steps) steps was asked; ask for 1 to 1,000,000.")
            }
            let step = TimeStep.infer(from: series.times) ?? .seconds(1)
            let times = step.times(after: series.times.last ?? 0, count: steps)
            return (
                series, TimeSeries(id: series.id, times: times, values: times.map { _ in .nan }, columns: [:])
            )
        }
    }

    private typealias Split = @Sendable (TimeSeries) throws -> (training: TimeSeries, future: TimeSeries)

    private func run(_ panel: [TimeSeries], split: @escaping Split) -> [Outcome] {
        let order = FleetOrder(panel)
        let calendar = ProphetCalendar(panel)
        let chunk = 64
        let chunks = (panel.count + chunk - 1) / chunk
        let workers = min(threads, max(1, chunks))
        let empty = Outcome(id: "")
        return [Outcome](unsafeUninitializedCapacity: panel.count) { buffer, count in
            buffer.initialize(repeating: empty)
            count = panel.count
            let outcomes = DisjointSlots(buffer)
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                let fitter = ProphetFleetWorker(settings: settings, calendar: calendar)
                // Chunks are dealt out in turn, so that a costly stretch of the panel is shared by all.
                for c in Swift.stride(from: worker, to: chunks, by: workers) {
                    for position in (c * chunk)..<min(panel.count, (c + 1) * chunk) {
                        let index = order[position]
                        outcomes[index] = outcome(of: panel[index], split: split, by: fitter)
                    }
                }
            }
        }
    }

    private func outcome(of series: TimeSeries, split: Split, by fitter: ProphetFleetWorker) -> Outcome {
        var outcome = Outcome(id: series.id)
        do {
            let (training, future) = try split(series.validated())
            let model = try fitter.fit(training)
            outcome.logPosterior = model.logPosterior
            let mean = try model.mean(times: future.times, columns: future.columns)
            let yhat = mean.yhat
            let interval = model.interval(around: mean, times: future.times, width: intervalWidth, seed: seed)
            let forecast = Forecast(
                times: future.times, yhat: yhat, lower: interval?.lower ?? yhat, upper: interval?.upper ?? yhat,
                intervalWidth: intervalWidth
            )
            outcome.forecast = forecast
            if future.values.contains(where: { !$0.isNaN }) {
                outcome.evaluation = Evaluation(
                    actual: future.values, forecast: forecast, maseScale: fitter.maseScale(training))
            }
        } catch let error as ForecastError {
            outcome.error = error
        } catch {
            outcome.error = ForecastError(.unsupported, "\(error)")
        }
        return outcome
    }
}

/// Slots that threads write without meeting: each index is written by one of them.
private struct DisjointSlots<Element>: @unchecked Sendable {
    private let base: UnsafeMutableBufferPointer<Element>

    init(_ base: UnsafeMutableBufferPointer<Element>) { self.base = base }

    subscript(index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }
}

extension TimeSeries {
    /// The rows of a range.
    func slice(_ range: Range<Int>) -> TimeSeries {
        TimeSeries(
            id: id, times: Array(times[range]), values: Array(values[range]),
            columns: columns.mapValues { Array($0[range]) }
        )
    }
}
