/// The stepwise search for the orders of an ARIMA model.
///
/// Differences come from tests; then the orders walk from one of five starting models to the neighbour of lower AICc until
/// there is none. Very long series are searched by conditional least squares, and the winners estimated by maximum
/// likelihood until one is well behaved. Source: Hyndman and Khandakar (2008), section 3.2, in statsforecast's order of
/// neighbours.
struct ARIMASearch {
    private static let mostModels = 94
    private static let exactUpTo = 2_000

    private let values: [Double]
    private let approximates: Bool
    private let mostP: Int
    private let mostQ: Int
    private let mostSeasonal: Int
    private var tried: [ARIMAOrder: Double] = [:]
    private var best: (order: ARIMAOrder, aicc: Double, model: ARIMAModel?)

    /// The best model of `values` (finite), or nil where there are too few for any.
    static func best(of values: [Double], period: Int) -> ARIMAModel? {
        guard values.count > 3, !UnitRoots.isConstant(values) else { return nil }
        let m = max(period, 1)
        var base = ARIMAOrder()
        base.period = m
        base.seasonalD = m > 1 ? UnitRoots.seasonalDifferences(values, period: m) : 0
        var differenced = DifferencedSeries(values, base).values
        if differenced.isEmpty {
            base.seasonalD = 0
            differenced = values
        }
        base.d = UnitRoots.differences(differenced)
        differenced = DifferencedSeries(values, base).values
        while base.d > 0 && differenced.isEmpty {
            base.d -= 1
            differenced = DifferencedSeries(values, base).values
        }
        if UnitRoots.isConstant(differenced) {
            // Nothing random is left: the constant is the whole model. Two differences leave no drift to speak of.
            base.constant = base.d + base.seasonalD < 2
            return ARIMAModel(base, coefficients: [], mean: base.constant ? differenced[0] : 0, over: values)
        }
        var search = ARIMASearch(values, base)
        search.walk(from: base)
        return search.winner()
    }

    private init(_ values: [Double], _ base: ARIMAOrder) {
        let m = base.period
        self.values = values
        approximates = values.count > Self.exactUpTo
        let most = min(5, values.count / 3)
        mostP = m > 1 ? min(most, m - 1) : most
        mostQ = mostP
        mostSeasonal = m > 1 ? min(2, values.count / 3 / m) : 0
        best = (base, .infinity, nil)
    }

    private mutating func walk(from base: ARIMAOrder) {
        let hasConstant = base.d + base.seasonalD < 2
        let short = values.count < 10
        var start = base
        start.constant = hasConstant
        var orders = [start, start, start, start]
        orders[0].p = min(short ? 1 : 2, mostP)
        orders[0].q = min(short ? 1 : 2, mostQ)
        orders[0].seasonalP = min(short ? 0 : 1, mostSeasonal)
        orders[0].seasonalQ = orders[0].seasonalP
        orders[2].p = min(1, mostP)
        orders[2].seasonalP = min(1, mostSeasonal)
        orders[3].q = min(1, mostQ)
        orders[3].seasonalQ = min(1, mostSeasonal)
        for order in orders { _ = consider(order) }
        if hasConstant {
            // The walk goes on with a constant even where the model without one leads: statsforecast does so.
            _ = consider(base)
        }
        var current = best.order
        current.constant = hasConstant
        while tried.count < Self.mostModels, let next = firstBetterNeighbour(of: current, constants: hasConstant) {
            current = next
        }
    }

    /// Tries the neighbours that are new, in order, until one is better than all before.
    private mutating func firstBetterNeighbour(of current: ARIMAOrder, constants: Bool) -> ARIMAOrder? {
        let pairs = [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]
        var neighbours: [ARIMAOrder] = []
        for (dp, dq) in pairs {
            var order = current
            order.seasonalP += dp
            order.seasonalQ += dq
            neighbours.append(order)
        }
        for (dp, dq) in pairs {
            var order = current
            order.p += dp
            order.q += dq
            neighbours.append(order)
        }
        if constants {
            var order = current
            order.constant.toggle()
            neighbours.append(order)
        }
        for order in neighbours {
            guard (0...mostP).contains(order.p), (0...mostQ).contains(order.q),
                (0...mostSeasonal).contains(order.seasonalP), (0...mostSeasonal).contains(order.seasonalQ),
                tried[order] == nil, tried.count < Self.mostModels
            else { continue }
            if consider(order) { return order }
        }
        return nil
    }

    /// Tries a model; whether it is better than all before.
    private mutating func consider(_ order: ARIMAOrder) -> Bool {
        guard tried[order] == nil else { return false }
        var aicc = Double.infinity
        var model: ARIMAModel?
        if let estimation = ARIMAEstimation(order, values) {
            if approximates {
                aicc = estimation.approximateAICc()
            } else {
                model = Self.exact(estimation, values)
                aicc = model?.aicc ?? .infinity
            }
        }
        tried[order] = aicc
        guard aicc < best.aicc else { return false }
        best = (order, aicc, model)
        return true
    }

    private static func exact(_ estimation: ARIMAEstimation, _ values: [Double]) -> ARIMAModel? {
        guard let model = estimation.fit(values, .asStatsforecast, insists: true), model.aicc.isFinite,
            ARIMAEstimation.isWellBehaved(model.order, model.coefficients)
        else { return nil }
        return model
    }

    private func winner() -> ARIMAModel? {
        guard approximates else { return best.model }
        let ranked = tried.filter { $0.value.isFinite }.sorted {
            ($0.value, $0.key.coefficients, $0.key.name) < ($1.value, $1.key.coefficients, $1.key.name)
        }
        for (order, _) in ranked {
            guard let estimation = ARIMAEstimation(order, values) else { continue }
            if let model = Self.exact(estimation, values) { return model }
        }
        return nil
    }
}
