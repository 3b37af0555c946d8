public import ArgumentParser
public import ForecastEngine
import Foundation

extension AlgorithmName: ExpressibleByArgument {
    /// Reads a name whatever the case of its letters.
    public init?(argument: String) {
        self.init(parsing: argument)
    }

    /// The names that `--help` lists.
    public static var allValueStrings: [String] { available.map { $0.rawValue.lowercased() } }
}

extension IntervalMethod: ExpressibleByArgument {}
extension ProphetSettings.Growth: ExpressibleByArgument {}
extension ProphetSettings.Mode: ExpressibleByArgument {}

/// What every forecasting command can be told about algorithms.
struct AlgorithmOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fields of a ForecastModel's spec.algorithm, as YAML or JSON; options beside it win.",
            valueName: "file"))
    var settings: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The share of outcomes that intervals are to contain; 0.8 unless told.", valueName: "share"))
    var intervalWidth: Double?

    @Option(
        help: ArgumentHelp("Season lengths in steps, such as 24,168; found in the data unless told.", valueName: "n,…"))
    var seasonLengths: String?

    @Option(help: ArgumentHelp("Prophet: columns that explain the series.", valueName: "column,…"))
    var regressors: String?

    @Option(help: ArgumentHelp("Prophet: the trend's form; logistic needs a column cap.", valueName: "form"))
    var growth: ProphetSettings.Growth?

    @Option(help: ArgumentHelp("Prophet: whether seasons add to the trend or multiply it.", valueName: "mode"))
    var seasonalityMode: ProphetSettings.Mode?

    @Option(
        help: ArgumentHelp(
            "Prophet: the holidays of a country: \(CountryHolidays.codes.joined(separator: ", ")).", valueName: "code"))
    var countryHolidays: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The seed of everything that is drawn; 0 unless told.", valueName: "n"))
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many threads fit series; as many as there are cores unless told. The result does not depend on it.",
            valueName: "n"))
    var threads: Int?

    /// The threads to use.
    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give at least 1") }
        if let intervalWidth, !(intervalWidth > 0 && intervalWidth < 1) {
            throw ValidationError("--interval-width is \(intervalWidth); give a share such as 0.8")
        }
        for part in Self.parts(seasonLengths) where Int(part).map({ $0 < 2 }) ?? true {
            throw ValidationError("--season-lengths has “\(part)”; give whole numbers from 2, such as 24,168")
        }
        if let countryHolidays, !CountryHolidays.codes.contains(countryHolidays.uppercased()) {
            throw ValidationError(
                "--country-holidays is “\(countryHolidays)”; give one of \(CountryHolidays.codes.joined(separator: ", "))"
            )
        }
    }

    /// The options that say how to fit, as they were given.
    var given: [String] {
        [
            settings.map { _ in "--settings" }, intervalWidth.map { _ in "--interval-width" },
            seasonLengths.map { _ in "--season-lengths" }, seed.map { _ in "--seed" },
        ].compactMap(\.self) + givenForProphet
    }

    private var givenForProphet: [String] {
        [
            regressors.map { _ in "--regressors" }, growth.map { _ in "--growth" },
            seasonalityMode.map { _ in "--seasonality-mode" }, countryHolidays.map { _ in "--country-holidays" },
        ].compactMap(\.self)
    }

    /// Refuses options that would change nothing: Prophet's, where none of the algorithms is Prophet or tries it.
    func check(_ names: [AlgorithmName]) throws {
        guard let option = givenForProphet.first, !names.contains(.prophet), !names.contains(.auto) else { return }
        let list = names.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option) is for prophet, and the algorithm is \(list); leave one of them out")
    }

    /// Refuses horizons that no forecast has.
    static func check(horizon: Int?) throws {
        guard let horizon, !(1...TrainedModel.longestHorizon).contains(horizon) else { return }
        throw ValidationError("--horizon is \(horizon); give 1 to \(TrainedModel.longestHorizon) steps")
    }

    /// The engine's settings of an algorithm; nil takes the one that `--settings` names, or `Auto`.
    ///
    /// - Throws: a `SettingsFile.Mistake` where `--settings` names no such file, or it is wrong.
    func algorithmSettings(_ name: AlgorithmName?) throws -> AlgorithmSettings {
        var result = try settings.map(SettingsFile.read) ?? AlgorithmSettings(name: .auto)
        result.name = name ?? result.name
        if let intervalWidth {
            result.intervalWidth = intervalWidth
            result.prophet.intervalWidth = intervalWidth
        }
        if regressors != nil {
            result.prophet.extraRegressors = Self.parts(regressors).map { ProphetSettings.Regressor(name: $0) }
        }
        result.prophet.growth = growth ?? result.prophet.growth
        result.prophet.countryHolidays = countryHolidays ?? result.prophet.countryHolidays
        result.prophet.seasonalityMode = seasonalityMode ?? result.prophet.seasonalityMode
        let lengths = Self.parts(seasonLengths).compactMap { Int($0) }
        if !lengths.isEmpty { result.seasonLengths = lengths }
        result.seed = seed ?? result.seed
        return result
    }

    private static func parts(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
