import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

/// The recipes of the version in production, to be fitted again on this run's rows; its fitted models are never scored,
/// for they have seen the holdout.
struct ChampionRecipes: Sendable {
    /// The version in production.
    let version: Int
    /// What it is called in the manifest.
    let algorithm: String
    /// Where its choices were made, seconds since 1970 UTC: rows up to there had a say in them.
    let recipeCut: Int?
    private let settings: AlgorithmSettings?
    /// The fitted models by series: never scored on a holdout, only on what happened after their own history.
    private let models: [String: TrainedModel]

    init(version: Int, algorithm: String, models: [TrainedModel], recipeCut: Int? = nil) {
        self.init(
            version: version, algorithm: algorithm, recipeCut: recipeCut,
            models: Dictionary(models.map { ($0.seriesID, $0) }, uniquingKeysWith: { first, _ in first }),
            settings: models.first?.recipe.settings)
    }

    private init(
        version: Int, algorithm: String, recipeCut: Int?, models: [String: TrainedModel], settings: AlgorithmSettings?
    ) {
        self.version = version
        self.algorithm = algorithm
        self.recipeCut = recipeCut
        self.models = models
        self.settings = settings
    }

    /// The model that serves a series.
    func model(for series: String) -> TrainedModel? { models[series] }

    /// Reads the champion's models for a slice of the series from the folder that it is mounted in, or from the object store
    /// that its manifest names.
    ///
    /// One part is held at a time, and of a champion that was cut into the same slices only one part is read.
    ///
    /// - Parameter patience: how long to wait for a store that is away.
    init(
        _ champion: TrainingRun.Champion, slice: SeriesSlice = SeriesSlice(), patience: Patience = .standard
    ) async throws(TrainingFailure) {
        func unreadable(_ reason: String, _ why: String) -> TrainingFailure {
            TrainingFailure(
                reason,
                "version \(champion.version), which this run is to be compared with, cannot be read from "
                    + "\(champion.directory): \(why)",
                exitStatus: .software
            )
        }
        do {
            let registry = DirectoryRegistry(
                path: champion.directory, objects: .mounted(champion.objects, patience: patience))
            let manifest = try registry.manifest()
            guard manifest.isPresages else {
                throw TrainingFailure(
                    "ForeignChampion",
                    "version \(champion.version), which this run is to be compared with, was made by another trainer "
                        + "(\(manifest.engineVersion)), whose recipe cannot be fitted here; train with its image, or set "
                        + "spec.promotion.pinnedVersion to a version that Presage trained",
                    exitStatus: .data
                )
            }
            var models: [String: TrainedModel] = [:]
            var settings: AlgorithmSettings?
            let parts = manifest.slices.indices
            let isAlike = slice.count > 1 && parts.count == slice.count
            // A part may be empty; what a new series gets stands in any other.
            for part in parts where !isAlike || part == slice.index || (part > slice.index && settings == nil) {
                for model in try await registry.load(manifest, part: part).models {
                    settings = settings ?? model.recipe.settings
                    if slice.contains(model.seriesID) { models[model.seriesID] = model }
                }
            }
            self.init(
                version: champion.version, algorithm: manifest.algorithm,
                recipeCut: Int((manifest.recipeCut ?? manifest.cut).timeIntervalSince1970), models: models,
                settings: settings)
        } catch let error as TrainingFailure {
            throw error
        } catch let error as RegistryError where error.isUnavailable {
            throw TrainingFailure(registry: error, otherwise: "ChampionUnreadable")
        } catch let error as RegistryError {
            throw unreadable("ChampionUnreadable", error.message)
        } catch {
            throw unreadable("ChampionUnreadable", "\(error)")
        }
    }

    /// The recipe of a series: pinned, or for a series that the champion did not know its settings, still open.
    func recipe(for series: String) -> Recipe? {
        models[series]?.recipe ?? settings.map { Recipe(settings: $0) }
    }
}
