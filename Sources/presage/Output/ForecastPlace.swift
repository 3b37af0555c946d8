/// Somewhere that forecasts are written to; writing the same again changes nothing.
protocol ForecastPlace: Sendable {
    /// Writes all rows, or none where it throws.
    ///
    /// - Returns: what was written, as a sentence for a condition.
    func write(_ rows: ForecastRows, of run: ForecastLabels) async throws -> String
}

/// Which version forecasts are of: the same on every row.
struct ForecastLabels: Sendable, Hashable {
    var namespace: String
    var model: String
    var modelUID: String
    var version: Int
    var revision: Int
    var sequence: Int
}

extension ForecastRows.Summary {
    /// `48 rows of 2 series`, and what is missing.
    var text: String {
        let failures = firstFailure.map { "; \(failed) without a forecast, e.g. \($0)" } ?? ""
        return "\(rows) rows of \(series) series\(failures)"
    }

    /// - Throws: where there is nothing to write.
    func checked() throws(TrainingFailure) -> Self {
        guard rows > 0 else {
            throw TrainingFailure("NothingForecast", firstFailure ?? "the version holds no series")
        }
        return self
    }
}
