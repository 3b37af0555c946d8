/// Checks of what an artifact holds: a right checksum says that the bytes are those that were written, not that a model
/// wrote them. Whatever passes forecasts without a trap; each check says what is wrong, or nil.
enum Soundness {
    /// The longest array of a model that makes sense, and the largest count.
    static let most = 10_000_000
    /// Times are within some ten thousand years of 1970, so that sums of them never overflow.
    static let times = -1_000_000_000_000...1_000_000_000_000

    /// The first of `checks` that does not hold.
    static func first(_ checks: (holds: Bool, flaw: String)...) -> String? { checks.first { !$0.holds }?.flaw }

    /// Whether all are numbers whose squares are numbers.
    static func areNumbers(_ values: [Double]) -> Bool {
        values.allSatisfy { abs($0) <= TimeSeries.largestMagnitude }
    }

    /// Whether it is a number above 0 whose square is one.
    static func isPositive(_ value: Double) -> Bool { value > 0 && value <= TimeSeries.largestMagnitude }

    /// Whether each season has a step, and all are numbers.
    static func areSeasons(_ seasons: [[Double]]) -> Bool { seasons.allSatisfy { !$0.isEmpty && areNumbers($0) } }
}

extension TimeStep {
    /// Whether sums of as many steps as a horizon has stay within the calendar.
    var isSound: Bool {
        switch self {
        case .seconds(let seconds): (1...100_000_000_000).contains(seconds)
        case .months(let months): (1...12_000).contains(months)
        }
    }
}

extension Choices {
    /// What is wrong with the choices; nil if a refit can read them.
    var flaw: String? {
        for (name, numbers) in numbers {
            guard numbers.allSatisfy({ abs($0) <= 1e9 }) else { return "the choice '\(name)' is out of range" }
            guard !name.hasPrefix("period") || numbers.allSatisfy({ $0 >= 1 }) else {
                return "the choice '\(name)' is a season of less than one step"
            }
        }
        for member in members {
            guard (0...1).contains(member.weight) else { return "a member's weight is \(member.weight)" }
            if let flaw = member.choices.flaw { return flaw }
        }
        return nil
    }
}

extension Calibration {
    /// What is wrong with the held-out errors; nil if intervals and paths can be read from them.
    var flaw: String? {
        let length = errors.first?.count ?? 0
        return Soundness.first(
            (length > 0, "the held-out errors are empty"),
            (errors.allSatisfy { $0.count == length }, "the held-out errors differ in length"),
            (
                forecasts.count == errors.count && forecasts.allSatisfy { $0.count == length },
                "the held-out forecasts have not the shape of the errors"
            ),
            (errors.joined().allSatisfy { !$0.isInfinite }, "a held-out error is infinite"),
            (forecasts.joined().allSatisfy(\.isFinite), "a held-out forecast is not a number"),
            (Soundness.isPositive(unit), "the unit of the held-out errors is \(unit)"),
            ((1...Soundness.most).contains(stride), "the held-out horizons are \(stride) steps apart"),
            (
                season.map { (2...Soundness.most).contains($0) } ?? true,
                "the season of the held-out errors is \(season ?? 0) steps"
            ),
            (
                likeness.map { $0.count == errors.count && $0.allSatisfy { $0 > 0 && $0 <= 1 } } ?? true,
                "the held-out errors do not have one likeness a cut, above 0 and at most 1"
            ),
            (
                sizes.map { $0.count == errors.count && $0.allSatisfy { $0 > 0 && $0.isFinite } } ?? true,
                "the held-out errors do not have one size a cut, above 0"
            )
        ) ?? highs?.flaw
    }
}

extension PastHighs {
    /// What is wrong with them; nil if a maximum can be told from them.
    var flaw: String? {
        Soundness.first(
            ((1...Soundness.most).contains(block), "the blocks of past maxima have \(block) steps"),
            ((2...Soundness.most).contains(count), "there are \(count) blocks of past maxima"),
            (Soundness.areNumbers([highest]), "the highest past maximum is \(highest)"),
            (deviation.isFinite && deviation >= 0, "the deviation of past maxima is \(deviation)"))
    }
}

extension TrainedModel {
    /// What is wrong with the model; nil if it can forecast.
    var flaw: String? {
        let own = Soundness.first(
            (step.isSound, "its step is \(step)"),
            (Soundness.times.contains(end), "its end is \(end)"),
            (steps >= 1 && (0...steps).contains(observations), "it saw \(observations) of \(steps) steps"),
            (lowest.map(\.isFinite) ?? true, "its lowest value is not a number"),
            (
                (recipe.seasonLengths ?? []).allSatisfy { (2...Soundness.most).contains($0) },
                "a season of its recipe is out of range"
            ),
            (
                recent.map { (1...Self.longestHistory).contains($0.count) && !$0.contains(where: \.isInfinite) }
                    ?? true,
                "the history that it keeps is too long or infinite"
            )
        )
        if let own { return own }
        do throws(ForecastError) {
            try recipe.settings.validate()
        } catch {
            return "its settings are wrong: \(error.message)"
        }
        return recipe.choices?.flaw ?? calibration?.flaw
    }
}
