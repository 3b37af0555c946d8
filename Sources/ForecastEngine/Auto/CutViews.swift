import Foundation

/// How much each held-out cut counts when a combination is chosen, seen in several ways.
///
/// One way of weighing the past is wrong on some series; combinations chosen in different ways and averaged are not.
/// On the training parts of the comparison no single way was better than the first by more than chance, their average
/// was by five standard errors (`docs/benchmarks-auto.md`).
enum CutViews {
    /// Three views, each with one weight a cut: recent cuts count more; of those, cuts that lie in the same state of the
    /// series count more; and cuts at whole weeks from the end.
    static func weights(_ candidates: [Candidate], _ input: TrainingInput, plan: OriginPlan) -> [[Double]] {
        let recent = plan.cuts.indices.map { pow(0.5, Double(plan.cuts.count - 1 - $0) / Calibration.halfLife) }
        let alike = likeness(candidates, input, plan: plan) ?? plan.cuts.map { _ in 1 }
        let week = weeks(input.grid, plan: plan)
        return [recent, zip(recent, alike).map { $0 * $1 }, zip(recent, week).map { $0 * $1 }]
    }

    /// How alike each cut is to the present, in how far the level has moved away from the latest seasons.
    ///
    /// After a shift the last values forecast best, in quiet times the profile does. The distance is that of two
    /// forecasts, the level's and the profile's, in logarithms and in units of its own deviation over the cuts.
    private static func likeness(_ candidates: [Candidate], _ input: TrainingInput, plan: OriginPlan) -> [Double]? {
        let shapes = candidates.map { $0.member.name == .profile ? ProfileShape($0.member.choices) : nil }
        func first(_ matches: (ProfileShape) -> Bool) -> Candidate? {
            shapes.firstIndex { $0.map(matches) ?? false }.map { candidates[$0] }
        }
        func isPlain(_ shape: ProfileShape, cycles: Int) -> Bool {
            shape.season > 1 && shape.cycles == cycles && shape.window == 0 && shape.blur == 0
        }
        guard let level = first({ $0.season == 1 && $0.cycles == 12 }) ?? first({ $0.season == 1 }),
            let usual = first({ isPlain($0, cycles: 4) }) ?? first({ isPlain($0, cycles: 1) }),
            let levelNow = future(level, input, plan), let usualNow = future(usual, input, plan)
        else { return nil }
        func distance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
            zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
        }
        var distances = plan.cuts.indices.map { cut in
            let held = (cut * plan.length)..<((cut + 1) * plan.length)
            return distance(level.forecasts[held], usual.forecasts[held])
        }
        distances.append(distance(levelNow[...], usualNow[...]))
        let largest = distances.max() ?? 0
        guard largest > 0, largest.isFinite else { return nil }
        var sorted = distances
        let least = 0.05 * ProfileTable.median(&sorted) + 1e-9 * largest
        let logs = distances.map { log($0 + least) }
        let past = logs.dropLast()
        let mean = Statistics.mean(Array(past))
        let deviation = Statistics.mean(past.map { ($0 - mean) * ($0 - mean) }).squareRoot() + 1e-9
        return past.map { value in
            let difference = (value - logs[logs.count - 1]) / deviation
            return leastLikeness + (1 - leastLikeness) * exp(-0.5 * difference * difference / (breadth * breadth))
        }
    }

    private static func future(_ candidate: Candidate, _ input: TrainingInput, _ plan: OriginPlan) -> [Double]? {
        var part = input
        part.choices = candidate.member.choices
        let fitted = try? FittedModel.fit(candidate.member.name, part)
        return try? fitted?.algorithm.predict(input.horizon(after: input.grid.count, count: plan.length)).yhat
    }

    /// More for cuts whole weeks before the end: what follows them begins on the same day of the week.
    private static func weeks(_ grid: RegularGrid, plan: OriginPlan) -> [Double] {
        let week = 7 * 86_400
        guard case .seconds(let seconds) = grid.step, seconds < week, week % seconds == 0 else {
            return plan.cuts.map { _ in 1 }
        }
        return plan.cuts.map { (grid.count - $0) % (week / seconds) == 0 ? sameDay : 1 }
    }

    /// What a cut in quite another state counts.
    private static let leastLikeness = 0.1
    /// How many deviations away a cut counts e^−½.
    private static let breadth = 0.5
    /// How many times as much a cut on the same day of the week counts.
    private static let sameDay = 3.0
}
