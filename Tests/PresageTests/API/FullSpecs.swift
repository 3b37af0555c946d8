import Autoscaler
import ForecastEngine
import Foundation

/// One of each type of the API with every field set: what is left out here is reported as missing from the type.
enum FullSpecs {
    static let resources = ResourceRequirements(requests: amounts, limits: amounts)
    static let amounts = ResourceList(cpu: Quantity(1), memory: Quantity(1024, format: .binary))
    static let key = KeyReference(name: "a", key: "b")
    static let time = Date(timeIntervalSince1970: 1_790_000_000)

    static var source: SourceSpec {
        var prometheus = PrometheusSource(url: "http://prometheus:9090")
        prometheus.cpuQuery = "a"
        prometheus.memoryQuery = "b"
        prometheus.containerLabel = "c"
        prometheus.podLabel = "p"
        prometheus.matchLabels = ["cluster": "a"]
        prometheus.tenant = "t"
        prometheus.auth = SourceAuth(bearerToken: key, username: key, password: key)
        prometheus.tls = SourceTLS()
        prometheus.tls?.ca = key
        prometheus.sigv4 = SourceSigV4(region: "r", credentialsSecret: LocalReference(name: "s"))
        prometheus.cache = SourceCacheSpec(path: "/cache")
        var csv = CSVSource(path: "a.csv")
        csv.url = "http://a"
        csv.configMap = key
        csv.auth = prometheus.auth
        csv.tls = prometheus.tls
        csv.s3 = S3Location(bucket: "b", key: "k")
        csv.s3?.endpoint = "http://s3"
        csv.s3?.credentialsSecret = LocalReference(name: "s")
        csv.s3?.tls = prometheus.tls
        var columns = CSVColumns()
        columns.timestamp = "a"
        columns.container = "b"
        columns.cpu = "c"
        columns.memory = "d"
        columns.pod = "e"
        columns.id = "f"
        columns.time = "g"
        columns.value = "h"
        csv.columns = columns
        var postgresql = PostgreSQLSource(host: "db", database: "d", query: "SELECT 1")
        postgresql.columns = columns
        postgresql.ca = key
        postgresql.credentialsSecret = LocalReference(name: "s")
        return SourceSpec(prometheus: prometheus, csv: csv, postgresql: postgresql)
    }

    static var algorithm: AlgorithmSpec {
        var algorithm = AlgorithmSpec(name: .prophet)
        algorithm.seasonLengths = [24]
        algorithm.intervalWidth = 0.9
        algorithm.seed = 1
        algorithm.growth = .flat
        algorithm.changepoints = [PointInTime(secondsSince1970: 0)]
        algorithm.nChangepoints = 10
        algorithm.changepointRange = 0.9
        algorithm.changepointPriorScale = 0.1
        algorithm.yearlySeasonality = .auto
        algorithm.weeklySeasonality = .enabled
        algorithm.dailySeasonality = .order(3)
        var seasonality = CustomSeasonality(name: "shift", period: 0.5, fourierOrder: 2)
        seasonality.priorScale = 1
        seasonality.mode = .additive
        seasonality.conditionName = "c"
        algorithm.seasonalities = [seasonality]
        algorithm.seasonalityMode = .multiplicative
        algorithm.seasonalityPriorScale = 5
        var holiday = HolidaySpec(name: "sale", dates: [PointInTime(secondsSince1970: 86_400)])
        holiday.lowerWindow = -1
        holiday.upperWindow = 1
        holiday.priorScale = 2
        algorithm.holidays = [holiday]
        algorithm.holidaysPriorScale = 3
        algorithm.holidaysMode = .additive
        algorithm.countryHolidays = "DE"
        var regressor = RegressorSpec(name: "promo")
        regressor.priorScale = 4
        regressor.standardize = true
        regressor.mode = .multiplicative
        algorithm.extraRegressors = [regressor]
        algorithm.uncertaintySamples = 100
        algorithm.scaling = .minmax
        return algorithm
    }

    static var training: TrainingSpec {
        var training = TrainingSpec()
        training.schedule = "0 3 * * *"
        training.holdout = .days(1)
        training.image = "i"
        training.resources = resources
        training.nodeSelector = ["a": "b"]
        var toleration = Toleration()
        toleration.key = "k"
        toleration.operator = "Equal"
        toleration.value = "v"
        toleration.effect = "NoExecute"
        toleration.tolerationSeconds = 1
        training.tolerations = [toleration]
        training.serviceAccountName = "s"
        training.imagePullSecrets = [LocalReference(name: "p")]
        training.podLabels = ["a": "b"]
        training.podAnnotations = ["a": "b"]
        training.affinity = FullPods.affinity
        training.priorityClassName = "p"
        training.env = FullPods.env
        training.volumes = FullPods.volumes
        training.volumeMounts = FullPods.mounts
        training.jitter = .minutes(30)
        training.startingDeadlineSeconds = 600
        training.preparation.resample = .hours(1)
        training.preparation.aggregation = .maximum
        return training
    }

    static var model: ForecastModelSpec {
        var spec = ForecastModelSpec(source: source)
        spec.targetRef = TargetReference(name: "a")
        spec.targetSelector = LabelSelector(matchLabels: ["a": "b"])
        spec.targetSelector?.matchExpressions = [LabelRequirement(key: "a", operator: "In", values: ["b"])]
        spec.algorithm = algorithm
        spec.training = training
        spec.promotion.pinnedVersion = 1
        spec.promotion.approvedVersion = 2
        spec.promotion.rejectedVersion = 1
        var policy = ContainerPolicy(name: "*")
        policy.requestPercent = 80
        policy.limitPercent = 120
        policy.minAllowed = amounts
        policy.maxAllowed = amounts
        spec.output = ForecastOutput(
            postgresql: PostgreSQLOutput(host: "db", database: "d"), s3: S3Location(bucket: "b", key: "k"),
            csv: CSVOutput(path: "/a"), horizon: .days(2))
        spec.output?.postgresql?.ca = key
        spec.output?.postgresql?.credentialsSecret = LocalReference(name: "s")
        spec.output?.s3?.endpoint = "http://s3"
        spec.output?.s3?.credentialsSecret = LocalReference(name: "s")
        spec.output?.s3?.tls = source.prometheus?.tls
        spec.registry = RegistrySpec(s3: S3Folder(bucket: "b"))
        spec.registry?.s3?.endpoint = "http://s3"
        spec.registry?.s3?.credentialsSecret = LocalReference(name: "s")
        spec.registry?.s3?.tls = source.prometheus?.tls
        spec.scaling.containers = [policy]
        spec.scaling.windows = [ChangeWindow(start: "22:00", end: "04:00")]
        return spec
    }

    static var conditions: [Condition] {
        [
            Condition(
                type: "Ready", status: .true, reason: "R", message: "m", observedGeneration: 1, lastTransitionTime: time
            )
        ]
    }

    static var modelStatus: ForecastModelStatus {
        var status = ForecastModelStatus()
        status.observedGeneration = 1
        status.conditions = conditions
        var production = ProductionVersion(version: 1)
        production.revision = 1
        production.algorithm = "a"
        production.smape = 1
        production.baselineSmape = 2
        production.trainedAt = time
        production.promotedAt = time
        production.artifact = "c"
        var live = LiveAccuracyStatus(smape: 1, from: time, through: time, points: 10)
        live.previousSmape = 2
        live.previousVersion = 1
        live.worseRuns = 0
        production.live = live
        status.production = production
        status.template = TemplateStatus(
            matched: 2, models: 1, ready: 1, skipped: [SkippedTarget(name: "a", reason: .hasOwnModel, model: "b")])
        var candidate = CandidateVersion(version: 2)
        candidate.algorithm = "a"
        candidate.smape = 1
        candidate.championSmape = 2
        candidate.trainedAt = time
        candidate.artifact = "c"
        status.candidate = candidate
        status.lastMissedScheduleTime = time
        status.retrainedAt = "t"
        status.forecast = ForecastSummary(origin: time, until: time, series: 1, generatedAt: time)
        var container = ContainerRecommendation(name: "a", target: resources)
        container.uncappedTarget = resources
        container.prediction = amounts
        container.lowerBound = amounts
        container.upperBound = amounts
        container.memoryFollowsLimit = false
        var explanation = ContainerRecommendation.Explanation()
        explanation.cpuRequest = "a"
        explanation.cpuLimit = "b"
        explanation.memoryRequest = "c"
        explanation.memoryLimit = "d"
        container.explanation = explanation
        status.recommendation = Recommendation(time: time, version: 1, horizon: .day, containers: [container])
        status.lastAppliedTime = time
        status.lastScheduleTime = time
        status.nextScheduleTime = time
        status.lastTrainingJob = "t"
        status.record(HistoryEntry(time: time, type: "Promoted", version: 1, message: "m"))
        return status
    }

    static var jobStatus: TrainingJobStatus {
        var status = TrainingJobStatus()
        status.observedGeneration = 1
        status.phase = .running
        status.conditions = conditions
        status.jobName = "j"
        status.version = 1
        status.manifest = "m"
        status.algorithm = "a"
        status.cut = time
        status.historyStart = time
        status.historyEnd = time
        status.series = 1
        status.failedSeries = 0
        status.failures = [SeriesFailure(series: "a", reason: "r")]
        status.findings = [HistoryFinding(kind: "gaps", count: 1, series: 1, example: "a")]
        status.smape = 1
        status.championSmape = 2
        status.championVersion = 1
        status.baselineSmape = 3
        status.liveSmape = 4
        status.previousLiveSmape = 5
        status.promoted = true
        status.promotionReason = "r"
        status.startTime = time
        status.completionTime = time
        return status
    }
}
