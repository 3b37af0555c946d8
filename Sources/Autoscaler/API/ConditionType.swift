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
    /// On a ForecastModel: the usage history is fresh, and all of it was read.
    public static let historyAvailable = "HistoryAvailable"
    /// On a ForecastModel: a container's memory follows its limit, so it is never lowered.
    public static let memoryFollowsLimit = "MemoryFollowsLimit"
    /// On a ForecastModel: the newest training made or refreshed a version; where not, the last one goes on serving.
    public static let trainingHealthy = "TrainingHealthy"
    /// On a ForecastModel with manual approval: a better version waits for a person.
    public static let awaitingApproval = "AwaitingApproval"
    /// On a ForecastModel: a version was taken back because its forecasts turned out worse than the version's before it.
    public static let rolledBack = "RolledBack"
    /// On a ForecastModel: the artifact of the version in production is not what its manifest says, or cannot be read.
    public static let artifactDamaged = "ArtifactDamaged"
    /// On a ForecastModel with a registry of its own: versions cannot be read from there, or not be cleared away.
    public static let registryUnavailable = "RegistryUnavailable"
    /// On a ForecastModel with an output: the forecasts of what is in production are written there.
    public static let forecastsWritten = "ForecastsWritten"
    /// On a ForecastModel: the annotation `presage.dev/retrain-at` holds no time.
    public static let invalidAnnotation = "InvalidAnnotation"
    /// On a TrainingJob: the data was read and checked.
    public static let validated = "Validated"
    /// On a TrainingJob: the series are resampled and aligned.
    public static let prepared = "Prepared"
    /// On a TrainingJob: the challenger and the champion were scored on the holdout.
    public static let evaluated = "Evaluated"
}
