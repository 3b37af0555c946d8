/// The other algorithms of the catalogue, tried where they are cheap enough.
enum CatalogueCandidates {
    /// The longest history that an algorithm is tried on; nil never tries it.
    ///
    /// A choice is to take a fraction of a second. Refits at twenty cuts are what costs; the naive methods are among the profiles anyway.
    private static func longestHistory(_ name: AlgorithmName) -> Int? {
        switch name {
        case .auto, .profile, .nearestNeighbors, .naive, .seasonalNaive, .lstm: nil
        case .prophet: 10_000
        case .theta: 5_000
        case .mstl: 3_000
        case .ets, .autoARIMA: 300
        }
    }

    /// Forecasts after each cut; an algorithm that fails at any cut is left out.
    ///
    /// What an algorithm chooses for itself, it chooses once on the whole training data.
    static func make(_ input: TrainingInput, plan: OriginPlan) -> [Candidate] {
        var result: [Candidate] = []
        for name in AlgorithmName.available {
            guard let longest = longestHistory(name), input.grid.count <= longest else { continue }
            var open = input
            open.choices = nil
            guard let chosen = try? FittedModel.fit(name, open) else { continue }
            let choices = chosen.algorithm.choices
            var forecasts: [Double] = []
            for cut in plan.cuts {
                var part = input.prefix(cut)
                // What Prophet chooses, which seasons a history is long enough for, holds for that history only.
                part.choices = name == .prophet ? nil : choices
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
