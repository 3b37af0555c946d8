public import ForecastEngine

/// Turns trained models of a workload's series into what its containers are expected to need.
///
/// Series are called `<container>/cpu` (cores) and `<container>/memory` (bytes); others are left out. Pure: the
/// present is an argument.
///
/// A `Peak` is the upper quantile of the *highest use within the horizon*, from simulated futures and past horizons, not the
/// largest of pointwise bounds: that one grows with every point and means nothing. Split-conformal quantiles need
/// ⌈1/(1−q)⌉ − 1 past horizons, nine for 90%. With fewer, the explanation says so.
///
/// A month is four samples of one week each. The prediction is the largest of them for `Peak` and `Quantile`, their
/// mean for `Mean`.
public struct WorkloadPredictor: Sendable, Hashable {
    /// How far ahead to look.
    public var horizon: Horizon
    /// Which number of the horizon counts.
    public var statistic: ScalingSpec.Statistic
    /// For `Peak` the confidence, for `Quantile` the quantile.
    public var quantile: Double

    /// Makes a predictor.
    public init(horizon: Horizon, statistic: ScalingSpec.Statistic = .peak, quantile: Double = 0.9) {
        self.horizon = horizon
        self.statistic = statistic
        self.quantile = quantile
    }

    /// Makes the predictor that a model asks for, or one for another of the horizons it serves.
    public init(_ spec: ForecastModelSpec, horizon: Horizon? = nil) {
        self.init(horizon: horizon ?? spec.horizon, statistic: spec.scaling.statistic, quantile: spec.scaling.quantile)
    }

    /// Predicts all containers.
    ///
    /// - Parameters:
    ///   - models: one model a series; the order does not matter.
    ///   - origin: the present, seconds since 1970 UTC: the horizon begins with the first step after it. A model that
    ///     was trained past it looks ahead from its own end.
    ///   - pods: what one pod needs of a total; without it the models are of one pod already.
    public func predict(
        _ models: [TrainedModel], from origin: Int, pods: PodShares = PodShares(containers: [:])
    ) -> WorkloadPrediction {
        var prediction = WorkloadPrediction()
        for model in models {
            guard let (container, resource) = Self.parse(series: model.seriesID) else { continue }
            do throws(ForecastError) {
                let predicted = try predict(model, from: origin)
                // An idle container needs no CPU, but one without memory does not run: such a history is of no pods, or the
                // forecast has run below what can be.
                if resource == .memory, predicted.value <= 0 {
                    prediction.problems.append(
                        .init(
                            series: model.seriesID,
                            message: "the forecast says that no memory is used, as no running container does"))
                    continue
                }
                prediction.containers[container, default: ContainerPrediction()][resource] = predicted
            } catch {
                prediction.problems.append(.init(series: model.seriesID, message: error.message))
            }
        }
        return prediction.onePod(of: pods)
    }

    /// The container and the resource that a series is about; nil where it is about neither.
    public static func parse(series id: String) -> (container: String, resource: ResourceName)? {
        guard let slash = id.lastIndex(of: "/"),
            let resource = ResourceName(rawValue: String(id[id.index(after: slash)...])),
            slash != id.startIndex
        else { return nil }
        return (String(id[..<slash]), resource)
    }

    /// Predicts one series.
    ///
    /// - Throws: what the model throws, and `notFinite` where a model has run away.
    public func predict(_ model: TrainedModel, from origin: Int) throws(ForecastError) -> ResourcePrediction {
        guard case .seconds(let step) = model.step else {
            throw ForecastError(
                .unsupported, "A usage history in steps of months cannot size a container; use a finer one.")
        }
        let start = max(origin, model.end)
        let sampleSeconds = horizon.span.seconds / horizon.sampleCount
        let steps = max(1, (sampleSeconds + step - 1) / step)

        var samples: [Sample] = []
        for index in 0..<horizon.sampleCount {
            samples.append(try sample(model, from: start + index * steps * step, over: steps))
        }
        let combine = statistic == .mean ? Self.mean : Self.largest
        let value = combine(samples.map(\.value))
        let calibrated = samples.allSatisfy(\.isCalibrated)
        let lower = combine(samples.map(\.lower))
        let upper = combine(samples.map(\.upper))
        guard value.isFinite, lower.isFinite, upper.isFinite else {
            throw ForecastError(.notFinite, "The forecast of “\(model.seriesID)” is not finite; train again.")
        }
        // A forecast may dip below zero; use does not.
        return ResourcePrediction(
            value: max(0, value),
            lower: max(0, min(lower, value)),
            upper: max(0, upper, value),
            samples: samples.map { max(0, $0.value) },
            isCalibrated: calibrated,
            pastHorizons: samples.map(\.pastHorizons).min() ?? 0,
            phrase: phrase(
                model, calibrated: calibrated, pastHorizons: samples.map(\.pastHorizons).min() ?? 0,
                beginsLater: samples.allSatisfy { $0.isCalibrated || $0.beginsLater })
        )
    }

    private struct Sample {
        var value: Double
        var lower: Double
        var upper: Double
        var isCalibrated: Bool
        var pastHorizons: Int
        var beginsLater: Bool
    }

    private func sample(_ model: TrainedModel, from start: Int, over steps: Int) throws(ForecastError) -> Sample {
        let about: HorizonStatistic =
            switch statistic {
            case .peak: .maximum
            case .mean: .mean
            case .quantile: .value
            }
        // The middle of the means is the expected mean; a mean is not asked for with a confidence.
        let asked = statistic == .mean ? 0.5 : quantile
        let statements = try model.statements(about: about, from: start, over: steps, quantiles: [asked, 0.5, 0.95])
        return Sample(
            value: statements[0].value,
            lower: statements[1].value,
            upper: statements[2].value,
            isCalibrated: statements[0].isCalibrated,
            pastHorizons: statements[0].pastHorizons,
            beginsLater: statements[0].beginsLater
        )
    }

    private static func largest(_ values: [Double]) -> Double { values.max() ?? .nan }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
