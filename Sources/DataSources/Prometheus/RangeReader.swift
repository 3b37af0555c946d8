import Foundation

/// Reads a range query of any length in parts that the server can answer.
///
/// A server gives at most 11,000 points a series, and may refuse less: too many samples, too large an answer, too long a
/// time. Then the part is halved, and the smaller size kept for what follows.
struct RangeReader {
    let client: PrometheusClient
    /// Seconds between two points.
    let step: Int
    /// The most points of a series that are asked for at once.
    private(set) var pointsAtOnce = Self.maximumPoints

    /// Prometheus answers no more points a series (`exceeded maximum resolution of 11,000 points per timeseries`).
    static let maximumPoints = 11_000
    /// A server that is silent about parts of four halvings hangs; it would be asked for hours down to the last point.
    static let mostSilences = 5

    /// A query, and the field that it comes from.
    struct Query {
        var expression: String
        var field: String
        /// Whether it selects the target's pods for certain, and not as a person wrote it.
        var isReadyMade = false

        /// One's own query that returns more is too wide. The target's pods may be many: each rollout makes all of them
        /// anew, so that a window of weeks has thousands that ran for some hours.
        var maximumSeries: Int { isReadyMade ? 50_000 : 5_000 }
    }

    /// What all parts came to.
    struct Result {
        /// The series, each once, in the order of first appearance.
        var series: [PrometheusAnswer.Series] = []
        /// Why something may be missing.
        var warnings: [String] = []
        /// What the server remarks on the query.
        var remarks: [String] = []
        /// Why a part could not be kept for the next run.
        var cacheFailure: String?

        private var positions: [[String: String]: Int] = [:]

        mutating func append(_ answer: PrometheusAnswer) {
            append(answer.series, answer.warnings, answer.remarks)
        }

        mutating func append(_ result: Result) {
            append(result.series, result.warnings, result.remarks)
            cacheFailure = cacheFailure ?? result.cacheFailure
        }

        /// The same with the points from `first` to `last` alone.
        func within(_ first: Int, _ last: Int) -> Result {
            var result = Result()
            result.append(series.compactMap { $0.within(first, last) }, warnings, remarks)
            result.cacheFailure = cacheFailure
            return result
        }

        mutating func append(
            _ parts: [PrometheusAnswer.Series], _ warnings: [String] = [], _ remarks: [String] = []
        ) {
            for one in parts {
                if let position = positions[one.labels] {
                    series[position].times += one.times
                    series[position].values += one.values
                    series[position].infinite += one.infinite
                } else {
                    positions[one.labels] = series.count
                    series.append(one)
                }
            }
            for warning in warnings where !self.warnings.contains(warning) { self.warnings.append(warning) }
            for remark in remarks where !self.remarks.contains(remark) { self.remarks.append(remark) }
        }
    }

    init(client: PrometheusClient, step: Int) {
        self.client = client
        self.step = step
    }

    /// Reads all points at `start`, `start + step`, … up to `end`: days that were read before from `kept`, the rest from the
    /// server.
    mutating func read(
        _ query: Query, from start: Int, through end: Int, kept: RangeCache?
    ) async throws -> Result {
        guard let kept else { return try await read(query, from: start, through: end) }
        var result = Result()
        let parts = kept.parts(from: start, through: end, step: step)
        // The first day is asked for as a whole, so that it can be kept too.
        var next = parts.first?.start ?? start
        for part in parts {
            guard let series = kept.read(part, of: query.expression) else { continue }
            // What lies before it comes first, for points are put together in the order of time.
            if part.start > next {
                result.append(try await ask(query, from: next, through: part.start - step, kept).within(start, end))
            }
            result.append(series.compactMap { $0.within(start, end) })
            next = part.last + step
        }
        if next <= end {
            result.append(try await ask(query, from: next, through: end, kept).within(start, end))
        }
        guard result.series.count <= query.maximumSeries else { throw tooMany(result.series.count, query) }
        return result
    }

    /// Asks the server, and keeps the days that are over.
    private mutating func ask(
        _ query: Query, from start: Int, through end: Int, _ kept: RangeCache
    ) async throws -> Result {
        var answer = try await read(query, from: start, through: end)
        guard answer.warnings.isEmpty else { return answer }
        do {
            try kept.keep(answer.series, of: query.expression, from: start, through: end, step: step)
        } catch {
            answer.cacheFailure = "\(kept.cache.path): \(error.localizedDescription)"
        }
        return answer
    }

    /// Reads all points at `start`, `start + step`, … up to `end`.
    mutating func read(_ query: Query, from start: Int, through end: Int) async throws -> Result {
        var result = Result()
        var next = start
        var silences = 0
        while next <= end {
            let last = min(end, next + (pointsAtOnce - 1) * step)
            let parameters = [
                ("query", query.expression), ("start", String(next)), ("end", String(last)), ("step", String(step)),
            ]
            let refusal: DataError
            switch try await client.ask("query_range", parameters, field: query.field) {
            case .answer(let answer):
                try check(answer, query, from: next, through: last)
                result.append(answer)
                guard result.series.count <= query.maximumSeries else { throw tooMany(result.series.count, query) }
                next = last + step
                silences = 0
                continue
            case .tooMuch(let error): refusal = error
            case .silence(let error):
                silences += 1
                guard silences < Self.mostSilences else { throw error }
                refusal = error
            }
            let points = (last - next) / step + 1
            guard points > 1 else { throw refusal }
            pointsAtOnce = (points + 1) / 2
        }
        return result
    }

    private func check(
        _ answer: PrometheusAnswer, _ query: Query, from start: Int, through end: Int
    ) throws(DataError) {
        func error(_ code: DataError.Code, _ message: String) -> DataError {
            DataError(code, message, source: client.name, field: query.field)
        }
        guard answer.resultType == "matrix" else {
            throw error(
                .invalidAnswer,
                "a range query was answered with \(answer.resultType ?? "no result type") where a matrix is expected; "
                    + "give the address of a Prometheus-compatible server")
        }
        guard answer.series.count <= query.maximumSeries else { throw tooMany(answer.series.count, query) }
        for series in answer.series {
            guard !series.hasHistograms else {
                throw error(.invalidQuery, "returns native histograms, which are no usage; return plain values")
            }
            guard let outside = series.times.first(where: { $0 < start || $0 > end }) else { continue }
            let place = outside > end ? "after the end" : "before the begin"
            throw error(
                .unexpectedTime,
                "the server answers for \(Moment.text(outside)), \(place) of what was asked for (\(Moment.text(start)) to "
                    + "\(Moment.text(end))); check the clocks and any proxy in between")
        }
    }

    private func tooMany(_ count: Int, _ query: Query) -> DataError {
        guard !query.isReadyMade else {
            return DataError(
                .tooManySeries,
                "in this time the target has had more than \(query.maximumSeries) pods and containers (\(count)); shorten it",
                source: client.name, field: "\(PrometheusHistory.field).window")
        }
        return DataError(
            .tooManySeries,
            "returns \(count) series, and a query of one's own at most \(query.maximumSeries); select the target's pods, and "
                + "aggregate by container and pod", source: client.name, field: query.field)
    }
}
