/// The other algorithms of the catalogue, tried where they are cheap enough.
enum CatalogueCandidates {
    /// About how many floating-point operations a fit costs, or nil where the algorithm does not suit the series.
    private static func cost(_ name: AlgorithmName, steps n: Int, seasons: [Int]) -> Double? {
        let season = seasons.first ?? 1
        switch name {
        case .auto, .profile, .naive, .seasonalNaive, .lstm: return nil
        case .theta: return n <= 20_000 ? Double(n) * 500 : nil
        case .mstl: return season > 1 && n <= 20_000 ? Double(n) * 2_000 : nil
        case .ets: return season <= 24 && n <= 3_000 ? Double(n) * 20_000 : nil
        case .autoARIMA: return season <= 12 && n <= 400 ? Double(n) * 100_000 : nil
        case .prophet: return n <= 20_000 ? Double(n) * 5_000 : nil
        }
    }

    /// Forecasts after each cut; an algorithm that fails at any cut is left out.
    ///
    /// What an algorithm chooses for itself, it chooses once on the whole training data.
    static func make(_ input: TrainingInput, plan: OriginPlan) -> [Candidate] {
        var result: [Candidate] = []
        for name in AlgorithmName.available {
            guard cost(name, steps: input.grid.count, seasons: input.seasonLengths) != nil else {
                continue
            }
            var open = input
            open.choices = nil
            guard let chosen = try? FittedModel.fit(name, open) else { continue }
            let choices = chosen.algorithm.choices
            var forecasts: [Double] = []
            for cut in plan.cuts {
                var part = input.prefix(cut)
                part.choices = choices
                guard let fitted = try? FittedModel.fit(name, part),
                    let yhat = try? fitted.algorithm.predict(input.horizon(after: cut, count: plan.length))
                        .yhat,
                    yhat.allSatisfy(\.isFinite)
                else { break }
                forecasts += yhat
            }
            guard forecasts.count == plan.cuts.count * plan.length, !forecasts.isEmpty else { continue }
            result.append(
                Candidate(member: .init(name: name, weight: 0, choices: choices), forecasts: forecasts))
        }
        return result
    }
}
