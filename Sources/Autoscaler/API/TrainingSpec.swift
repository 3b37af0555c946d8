/// When and how a model is trained.
///
/// The pod settings stand here beside the schedule; ``pod`` gathers them for a ``TrainingJobSpec``.
public struct TrainingSpec: Sendable, Hashable, Codable {
    /// What happens when the schedule asks for a training while the last that it asked for is under way.
    public enum ConcurrencyPolicy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Another is made. It starts when the last has ended: each run is scored against the champion that then stands.
        case allow = "Allow"
        /// None is made until the last has ended; then one, unless its deadline is over.
        case forbid = "Forbid"
        /// The last is deleted, with its pods, and another is made.
        case replace = "Replace"
    }

    /// The most pods that may share the series.
    public static let mostPods = 1000

    /// When to train, as a cron expression of five fields; left out, a model is trained once and then on demand.
    public var schedule: String?
    /// The IANA time zone the schedule is read in.
    public var timeZone = "Etc/UTC"
    /// Up to how much later than the schedule says a training starts: each model has its own share of it, always the
    /// same, so that models of one schedule do not start at once.
    public var jitter: TimeSpan?
    /// How late a scheduled training may still start, in seconds; without it, one run makes up for all that were missed.
    public var startingDeadlineSeconds: Int?
    /// What happens when the schedule asks for a training while the last is under way.
    public var concurrencyPolicy = ConcurrencyPolicy.forbid
    /// The end of the history that is kept from the fit and scored; left out, one horizon, at most a third of what
    /// there is.
    public var holdout: TimeSpan?
    /// How many holdouts are scored, one before the other; 1 is the last stretch alone.
    public var origins = 1
    /// How series are prepared before they are fitted.
    public var preparation = PreparationSpec()
    /// Which percentage of the series may fail before the training does, rounded up to whole series.
    public var toleratedFailures = 10
    /// How many pods share the series, at most ``mostPods``.
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
    /// Labels for the training pods and their Job, such as Kueue's `kueue.x-k8s.io/queue-name`.
    public var podLabels: [String: String]?
    /// Annotations for the training pods and their Job.
    public var podAnnotations: [String: String]?
    /// Which nodes and neighbours a training pod seeks or avoids.
    public var affinity: Affinity?
    /// The PriorityClass of a training pod.
    public var priorityClassName: String?
    /// Variables for the trainer's environment.
    public var env: [EnvironmentVariable]?
    /// Volumes of a training pod beside those that the operator mounts.
    public var volumes: [PodVolume]?
    /// Where these volumes appear in the trainer's container.
    public var volumeMounts: [VolumeMount]?
    /// How many versions are kept, and how many finished training jobs that the operator made.
    public var historyLimit = 5
    /// How often a failed pod is tried again.
    public var backoffLimit = 2
    /// How many seconds a training may take.
    public var activeDeadlineSeconds = 3600
    /// How many seconds after its end a training's Job and pods are removed.
    public var ttlSecondsAfterFinished = 86_400
    /// Whether the operator starts no training by itself. What is under way goes on; what a person asks for starts.
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
        podAnnotations = try container.decodeIfPresent([String: String].self, forKey: .podAnnotations)
        affinity = try container.decodeIfPresent(Affinity.self, forKey: .affinity)
        priorityClassName = try container.decodeIfPresent(String.self, forKey: .priorityClassName)
        env = try container.decodeIfPresent([EnvironmentVariable].self, forKey: .env)
        volumes = try container.decodeIfPresent([PodVolume].self, forKey: .volumes)
        volumeMounts = try container.decodeIfPresent([VolumeMount].self, forKey: .volumeMounts)
        jitter = try container.decodeIfPresent(TimeSpan.self, forKey: .jitter)
        startingDeadlineSeconds = try container.decodeIfPresent(Int.self, forKey: .startingDeadlineSeconds)
        try container.read(.concurrencyPolicy, into: &concurrencyPolicy)
        try container.read(.timeZone, into: &timeZone)
        try container.read(.origins, into: &origins)
        try container.read(.preparation, into: &preparation)
        try container.read(.toleratedFailures, into: &toleratedFailures)
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
        pod.podAnnotations = podAnnotations
        pod.affinity = affinity
        pod.priorityClassName = priorityClassName
        pod.env = env
        pod.volumes = volumes
        pod.volumeMounts = volumeMounts
        return pod
    }
}
