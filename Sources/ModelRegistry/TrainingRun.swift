public import ForecastEngine
public import Foundation
public import KubernetesClient

/// What a trainer is asked to do: the document that the operator mounts in the training pod as `run.json`.
///
/// Together with ``VersionManifest`` it is the trainer's contract (`docs/trainer-contract.md`): any image that reads the
/// one and writes the other can train.
public struct TrainingRun: Codable, Sendable, Hashable {
    /// An object, by name and identity.
    public struct Reference: Codable, Sendable, Hashable {
        /// The namespace.
        public var namespace: String
        /// The name.
        public var name: String
        /// The uid, which tells an object from a later one of the same name.
        public var uid: String

        /// Makes a reference.
        public init(namespace: String, name: String, uid: String) {
            self.namespace = namespace
            self.name = name
            self.uid = uid
        }
    }

    /// Where the history is, as the pod sees it.
    public struct Source: Codable, Sendable, Hashable {
        /// A CSV file in the pod's file system; a relative path starts at the folder of this document.
        public var path: String?
        /// An `http` or `https` address of a CSV file.
        public var url: String?
        /// How to log in at ``url``.
        public var access: HTTPAccess?
        /// A CSV object in an S3-compatible store.
        public var s3: S3?
        /// A Prometheus-compatible server.
        public var prometheus: Prometheus?
        /// A query on a PostgreSQL database.
        public var postgresql: PostgreSQL?
        /// What the columns of a CSV or a query are called, where not by their usual names: usual name to actual name.
        public var columns: [String: String]?
        /// Whether the history is a recording, whose last row is taken as the present.
        public var recorded: Bool

        /// Makes a source; set exactly one place.
        public init(path: String? = nil, url: String? = nil, columns: [String: String]? = nil, recorded: Bool = false) {
            self.path = path
            self.url = url
            self.columns = columns
            self.recorded = recorded
        }
    }

    /// The version in production when the run was made, to be scored on the same holdout.
    public struct Champion: Codable, Sendable, Hashable {
        /// Its version.
        public var version: Int
        /// The folder that holds its manifest and chunks as files; a relative path starts at the folder of this document.
        public var directory: String
        /// The name of its manifest.
        public var manifest: String
        /// Where its chunks are, and how to log in, where they are not in ``directory``: what its manifest's `store` says.
        public var objects: Objects?

        /// Makes a champion.
        public init(version: Int, directory: String, manifest: String) {
            self.version = version
            self.directory = directory
            self.manifest = manifest
        }
    }

    /// What the published objects are called and whom they belong to.
    public struct Artifact: Codable, Sendable, Hashable {
        /// The name of the manifest, after which the chunks are called `<name>-0`, `<name>-1` and so on.
        public var name: String
        /// How many chunks the run's Role allows.
        public var maximumChunks: Int
        /// Labels for every object.
        public var labels: [String: String]
        /// Annotations for the manifest.
        public var annotations: [String: String]
        /// The owners: the model, unless its versions are to outlive it.
        public var ownerReferences: [OwnerReference]
        /// Where the chunks go; nil for ConfigMaps. The manifest is a ConfigMap all the same.
        public var objects: Objects?

        /// Makes an artifact's description.
        public init(
            name: String, maximumChunks: Int = 32, labels: [String: String] = [:], annotations: [String: String] = [:],
            ownerReferences: [OwnerReference] = []
        ) {
            self.name = name
            self.maximumChunks = maximumChunks
            self.labels = labels
            self.annotations = annotations
            self.ownerReferences = ownerReferences
        }
    }

    /// The version of this document; a trainer refuses one that it does not know.
    public var apiVersion = "presage.dev/v1alpha1"
    /// The ForecastModel.
    public var model: Reference
    /// The TrainingJob.
    public var trainingJob: Reference
    /// When the run was made; rows after it are from the future and are left out.
    public var asOf: Date
    /// Where the history is.
    public var source: Source
    /// The challenger's algorithm and settings.
    public var algorithm: AlgorithmSettings
    /// How far ahead the model looks, in seconds.
    public var horizonSeconds: Int
    /// How much of the end of the history is held out, in seconds; one horizon where nil.
    public var holdoutSeconds: Int?
    /// By how many percent the challenger's SMAPE has to be lower.
    public var minimumImprovement: Double
    /// Whether to score the seasonal-naive baseline too.
    public var scoresBaseline: Bool
    /// The version to beat; nil for the first.
    public var champion: Champion?
    /// The version that served before the champion, for a comparison of what both forecast with what then happened; nil
    /// where there is none, or nobody wants to know.
    public var previous: Champion?
    /// Whether to put up no challenger: then the champion's recipe is fitted again and nothing else.
    public var refreshOnly: Bool?
    /// What to publish.
    public var artifact: Artifact
    /// Which of `shardCount` slices of the series this pod trains, from 0.
    public var shardIndex = 0
    /// How many slices there are.
    public var shardCount = 1
    /// What is done to every series before it is fitted; nil changes nothing.
    public var preparation: Preparation?
    /// How many holdouts are scored, one before the other; nil is the last one alone.
    public var origins: Int?
    /// Which percentage of the series may fail, rounded up to whole series; nil tolerates all but a total failure.
    public var toleratedFailuresPercent: Int?

    /// Makes a run over all series.
    public init(
        model: Reference, trainingJob: Reference, asOf: Date, source: Source, algorithm: AlgorithmSettings,
        horizonSeconds: Int, holdoutSeconds: Int?, minimumImprovement: Double, scoresBaseline: Bool,
        champion: Champion?, artifact: Artifact
    ) {
        self.model = model
        self.trainingJob = trainingJob
        self.asOf = asOf
        self.source = source
        self.algorithm = algorithm
        self.horizonSeconds = horizonSeconds
        self.holdoutSeconds = holdoutSeconds
        self.minimumImprovement = minimumImprovement
        self.scoresBaseline = scoresBaseline
        self.champion = champion
        self.artifact = artifact
    }
}
