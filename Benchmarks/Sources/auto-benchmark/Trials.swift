import ForecastEngine
import Foundation

/// The algorithms of the catalogue that stand in for the peers inside a training part.
private let peerNames: [AlgorithmName] = [.naive, .seasonalNaive, .theta, .prophet, .mstl, .ets]

/// The longest history that a peer is fitted to; nil is any.
private func longestHistory(_ name: AlgorithmName) -> Int? {
    switch name {
    case .ets: 3_000
    case .mstl: 9_000
    default: nil
    }
}

/// One origin's trials: a line of JSON, then rows of 32-bit floats in units of the scale of MASE.
///
/// The rows: what was held out, what each candidate forecast of it, what came after the origin, what each candidate
/// and each peer forecast of that (a peer's forecast, lower and upper bound in one row). Nil where nothing can be tried.
func trials(_ series: TimeSeries, cut: Origins.Cut) throws -> Data? {
    let past = TimeSeries(
        id: series.id, times: Array(series.times.prefix(cut.rows)), values: Array(series.values.prefix(cut.rows)))
    guard let step = TimeStep.infer(from: past.times), let end = past.times.last else { return nil }
    let leads = cut.future.map { max(1, step.steps(from: end, to: series.times[$0])) }
    let steps = leads.max() ?? 1
    guard let trials = try? AutoTrials(past, horizon: steps), trials.scale > 0 else { return nil }
    var actual = [Double](repeating: .nan, count: steps)
    for (lead, row) in zip(leads, cut.future) { actual[lead - 1] = series.values[row] }
    var peers: [(name: String, row: [Double])] = []
    for name in peerNames where past.count <= longestHistory(name) ?? .max {
        if let peer = AutoTrials.peer(name, past, horizon: steps) {
            peers.append((name.rawValue, peer.yhat + peer.lower + peer.upper))
        }
    }
    let header: [String: Any] = [
        "id": series.id, "origin": cut.number, "n": past.count, "names": trials.names, "cuts": trials.cuts,
        "length": trials.length, "steps": steps, "peers": peers.map(\.name),
    ]
    var bytes = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
    bytes.append(10)
    for row in [trials.actual] + trials.forecasts + [actual] + trials.future + peers.map(\.row) {
        row.map { Float($0 / trials.scale) }.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
}
