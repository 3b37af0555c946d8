/// One training run: a snapshot that does not change, but for ``suspend``.
///
/// The schedule fills every field from the model. A person who makes one by hand may give `modelRef` alone: what is
/// left out is taken from the model when the run starts. One that names another `algorithm` puts up a challenger.
public struct TrainingJobSpec: Sendable, Hashable, Codable {
    /// The ForecastModel, in the same namespace, that the run trains.
    public var modelRef: LocalReference
    /// Where the history comes from; the model's source where left out.
    public var source: SourceSpec?
    /// Which algorithm learns it; the model's where left out.
    public var algorithm: AlgorithmSpec?
    /// How far the model looks ahead; the model's horizon where left out.
    public var horizon: Horizon?
    /// The end of the history that is kept from the fit and scored; the model's where left out.
    public var holdout: TimeSpan?
    /// How many holdouts are scored, one before the other; the model's where left out.
    public var origins: Int?
    /// How series are prepared before they are fitted; as the model says where left out.
    public var preparation: PreparationSpec?
    /// Which percentage of the series may fail before the run does; the model's where left out.
    public var toleratedFailures: Int?
    /// How many pods share the series; the model's where left out.
    public var parallelism: Int?
    /// What the pods are like; as the model says where left out.
    public var pod: PodSettings?
    /// How often a failed pod is tried again; the model's where left out.
    public var backoffLimit: Int?
    /// How many seconds the training may take; the model's where left out.
    public var activeDeadlineSeconds: Int?
    /// How many seconds after its end the Job and its pods are removed; the model's where left out.
    public var ttlSecondsAfterFinished: Int?
    /// Whether the run is held: its pods are stopped, and start anew when this is taken back.
    public var suspend: Bool?
    /// Whether no challenger is put up: the recipe in production is fitted again on the newest history.
    public var refresh: Bool?

    /// Makes a run that takes everything from the model.
    public init(modelRef: LocalReference) { self.modelRef = modelRef }

    /// Makes the run of a model as it is now.
    public init(model name: String, spec: ForecastModelSpec) {
        self = TrainingJobSpec(modelRef: LocalReference(name: name)).completed(from: spec)
    }

    /// The run with everything that was left out taken from its model.
    public func completed(from model: ForecastModelSpec) -> TrainingJobSpec {
        var run = self
        run.source = source ?? model.source
        // A run's algorithm stands alone: the default that depends on the model's target is settled here.
        var chosen = algorithm ?? model.algorithm
        chosen.name = chosen.name ?? model.algorithmName
        run.algorithm = chosen
        run.horizon = horizon ?? model.horizon
        run.holdout = holdout ?? model.training.holdout
        run.origins = origins ?? model.training.origins
        run.preparation = preparation ?? model.training.preparation
        run.toleratedFailures = toleratedFailures ?? model.training.toleratedFailures
        run.parallelism = parallelism ?? model.training.parallelism
        run.pod = pod ?? model.training.pod
        run.backoffLimit = backoffLimit ?? model.training.backoffLimit
        run.activeDeadlineSeconds = activeDeadlineSeconds ?? model.training.activeDeadlineSeconds
        run.ttlSecondsAfterFinished = ttlSecondsAfterFinished ?? model.training.ttlSecondsAfterFinished
        return run
    }
}
