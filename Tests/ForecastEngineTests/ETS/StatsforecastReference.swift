import Foundation
import Testing

/// Stored outputs of statsforecast for generated series, made by `Scripts/make_statsforecast_reference.py`.
struct StatsforecastReference: Decodable {
    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        var name: String
        var periods: [Int]
        var values: [Double]
        /// Point forecasts.
        var mean: [Double]
        /// Upper end of the 80% interval.
        var upper: [Double]?
        var form: String?
        var aicc: Double?
        var mse: Double?
        var loglik: Double?
        var variance: Double?
        var order: [Int]?
        var coefficients: [String: Double]?
        var trend: [Double]?
        var testDescription: String { name }
    }
    var horizon: Int
    var cases: [Case]

    static func load(_ kind: String) -> StatsforecastReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Resources/statsforecast_\(kind).json")
        do {
            return try JSONDecoder().decode(StatsforecastReference.self, from: Data(contentsOf: file))
        } catch {
            Issue.record("cannot read \(file.path): \(error)")
            return StatsforecastReference(horizon: 0, cases: [])
        }
    }
}

/// The largest difference of two arrays in units of the largest absolute value expected, maybe a tenth of the series' scale.
///
/// A forecast that crosses zero has no relative error of its own, so the size of the series bounds the unit from below.
func relativeDifference(_ got: [Double], _ expected: [Double], scale: [Double] = []) -> Double {
    guard got.count == expected.count else { return .infinity }
    let floor = 0.1 * (scale.map(abs).max() ?? 0)
    var worst = 0.0
    for (a, b) in zip(got, expected) {
        let difference = abs(a - b) / max(abs(b), floor)
        worst = difference.isNaN ? .infinity : max(worst, difference)
    }
    return worst
}
