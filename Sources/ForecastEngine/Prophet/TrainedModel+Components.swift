extension TrainedModel {
    /// A Prophet model's forecast taken apart, on rows before or after the end of the training data.
    ///
    /// - Returns: nil where the model is not Prophet.
    /// - Throws: `missingColumn`, `invalidColumn` or `lengthMismatch` where the model needs columns.
    public func components(_ rows: FutureFrame) throws(ForecastError) -> ProphetComponents? {
        guard let prophet = model.algorithm as? ProphetModel else { return nil }
        return try prophet.components(times: rows.times, columns: rows.columns)
    }
}
