/// Where the trend may change.
enum ProphetChangepoints {
    /// Scaled times of the changepoints, ascending.
    ///
    /// Given ones are used as they are; otherwise they lie evenly over the rows of the first `changepointRange` of the
    /// history, the first row left out. Where there are none Prophet keeps a single one at t = 0 and folds it into the
    /// slope after the fit; so does this.
    /// - Throws: `invalidSetting` when a given changepoint lies outside the history.
    static func place(
        _ history: ProphetHistory, settings: ProphetSettings, scaling: ProphetScaling
    ) throws(ForecastError) -> [Double] {
        if let given = settings.changepoints {
            if let outside = given.first(where: { $0 < history.start || $0 > history.end }) {
                throw ForecastError(
                    .invalidSetting,
                    "prophet.changepoints has \(outside), outside the training data (\(history.start) to \(history.end), "
                        + "seconds since 1970); leave it out."
                )
            }
            return given.isEmpty ? [0] : given.map(scaling.scaled).sorted()
        }
        let size = Int((Double(history.count) * settings.changepointRange).rounded(.down))
        let count = min(settings.nChangepoints, size - 1)
        guard count > 0 else { return [0] }
        let step = Double(size - 1) / Double(count)
        return (1...count).map { i in
            let row = i == count ? size - 1 : Int((Double(i) * step).rounded(.toNearestOrEven))
            return scaling.scaled(history.times[row])
        }
    }

    /// Whether the one changepoint at 0 stands for none.
    static func isPlaceholder(_ changepoints: [Double], settings: ProphetSettings) -> Bool {
        changepoints == [0] && (settings.changepoints.map(\.isEmpty) ?? true)
    }
}
