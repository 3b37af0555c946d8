/// The names of the conditions Presage sets.
public enum ConditionType {
    /// On a ForecastModel: accepted and being reconciled (learning shows in ``trained``).
    public static let ready = "Ready"
    /// kstatus: work towards the current generation is under way.
    public static let reconciling = "Reconciling"
    /// kstatus: no progress until somebody changes something.
    public static let stalled = "Stalled"
    /// On a ForecastModel a version is in production; on a TrainingJob the model was fitted.
    public static let trained = "Trained"
    /// On a ForecastModel: the target's resources are as recommended.
    public static let scaled = "Scaled"
    /// On a ForecastModel: the version in production is worse than seasonal naive, or too little is known.
    public static let lowConfidence = "LowConfidence"
    /// On a ForecastModel: the usage history is fresh and readable.
    public static let historyAvailable = "HistoryAvailable"
    /// On a ForecastModel: a container's memory follows its limit, so it is never lowered.
    public static let memoryFollowsLimit = "MemoryFollowsLimit"
    /// On a TrainingJob: the data was read and checked.
    public static let validated = "Validated"
    /// On a TrainingJob: the series are resampled and aligned.
    public static let prepared = "Prepared"
    /// On a TrainingJob: the challenger and the champion were scored on the holdout.
    public static let evaluated = "Evaluated"
}
