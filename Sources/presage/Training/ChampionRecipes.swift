import ForecastEngine
import ModelRegistry

/// The recipes of the version in production, to be fitted again on this run's rows; its fitted models are never scored,
/// for they have seen the holdout.
struct ChampionRecipes: Sendable {
    /// The version in production.
    let version: Int
    /// What it is called in the manifest.
    let algorithm: String
    private let bySeries: [String: Recipe]
    private let settings: AlgorithmSettings?
    /// The fitted models by series: never scored on a holdout, only on what happened after their own history.
    private let models: [String: TrainedModel]

    init(version: Int, algorithm: String, models: [TrainedModel]) {
        self.version = version
        self.algorithm = algorithm
        bySeries = Dictionary(models.map { ($0.seriesID, $0.recipe) }, uniquingKeysWith: { first, _ in first })
        settings = models.first?.recipe.settings
        self.models = Dictionary(models.map { ($0.seriesID, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The model that serves a series.
    func model(for series: String) -> TrainedModel? { models[series] }

    /// Reads the champion from the folder that it is mounted in.
    init(_ champion: TrainingRun.Champion) throws(TrainingFailure) {
        do {
            let registry = DirectoryRegistry(path: champion.directory)
            let manifest = try registry.manifest()
            let artifact = try registry.models(of: manifest)
            self.init(version: champion.version, algorithm: manifest.algorithm, models: artifact.models)
        } catch {
            throw TrainingFailure(
                "ChampionUnreadable",
                "version \(champion.version), which this run is to be compared with, cannot be read from "
                    + "\(champion.directory): \(error.message)",
                exitStatus: .software
            )
        }
    }

    /// The recipe of a series: pinned, or for a series that the champion did not know its settings, still open.
    func recipe(for series: String) -> Recipe? {
        bySeries[series] ?? settings.map { Recipe(settings: $0) }
    }
}
