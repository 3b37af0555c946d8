/// When and how a model is trained.
///
/// The pod settings stand here beside the schedule; ``pod`` gathers them for a ``TrainingJobSpec``.
public struct TrainingSpec: Sendable, Hashable, Codable {
    /// When to train, as a cron expression of five fields; left out, a model is trained once and then on demand.
    public var schedule: String?
    /// The IANA time zone the schedule is read in.
    public var timeZone = "Etc/UTC"
    /// The end of the history that is kept from the fit and scored; left out, one horizon, at most a third of what
    /// there is.
    public var holdout: TimeSpan?
    /// How many pods share the series.
    public var parallelism = 1
    /// The trainer's image; the operator's own where left out.
    public var image: String?
    /// The resources of a training pod.
    public var resources: ResourceRequirements?
    /// Labels a node must have.
    public var nodeSelector: [String: String]?
    /// Taints a training pod accepts.
    public var tolerations: [Toleration]?
    /// The service account of a training pod; one made for the run where left out.
    public var serviceAccountName: String?
    /// Secrets to pull the image with.
    public var imagePullSecrets: [LocalReference]?
    /// Labels for the training pods, such as Kueue's.
    public var podLabels: [String: String]?
    /// How many finished training jobs are kept.
    public var historyLimit = 5
    /// How often a failed pod is tried again.
    public var backoffLimit = 2
    /// How many seconds a training may take.
    public var activeDeadlineSeconds = 3600
    /// How many seconds after its end a training's Job and pods are removed.
    public var ttlSecondsAfterFinished = 86_400
    /// Whether no new training is started.
    public var suspend = false

    /// Makes settings with the defaults.
    public init() {}

    /// Reads settings over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        schedule = try container.decodeIfPresent(String.self, forKey: .schedule)
        holdout = try container.decodeIfPresent(TimeSpan.self, forKey: .holdout)
        image = try container.decodeIfPresent(String.self, forKey: .image)
        resources = try container.decodeIfPresent(ResourceRequirements.self, forKey: .resources)
        nodeSelector = try container.decodeIfPresent([String: String].self, forKey: .nodeSelector)
        tolerations = try container.decodeIfPresent([Toleration].self, forKey: .tolerations)
        serviceAccountName = try container.decodeIfPresent(String.self, forKey: .serviceAccountName)
        imagePullSecrets = try container.decodeIfPresent([LocalReference].self, forKey: .imagePullSecrets)
        podLabels = try container.decodeIfPresent([String: String].self, forKey: .podLabels)
        try container.read(.timeZone, into: &timeZone)
        try container.read(.parallelism, into: &parallelism)
        try container.read(.historyLimit, into: &historyLimit)
        try container.read(.backoffLimit, into: &backoffLimit)
        try container.read(.activeDeadlineSeconds, into: &activeDeadlineSeconds)
        try container.read(.ttlSecondsAfterFinished, into: &ttlSecondsAfterFinished)
        try container.read(.suspend, into: &suspend)
    }

    /// The settings of the pods alone.
    public var pod: PodSettings {
        var pod = PodSettings()
        pod.image = image
        pod.resources = resources
        pod.nodeSelector = nodeSelector
        pod.tolerations = tolerations
        pod.serviceAccountName = serviceAccountName
        pod.imagePullSecrets = imagePullSecrets
        pod.podLabels = podLabels
        return pod
    }
}
