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

/// What every forecasting command can be told about algorithms.
struct AlgorithmOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fields of a ForecastModel's spec.algorithm, as YAML or JSON; options beside it win.",
            valueName: "file"))
    var settings: String?

    @Option(help: ArgumentHelp("The share of outcomes that intervals are to contain; 0.8.", valueName: "share"))
    var intervalWidth: Double?

    @Option(
        help: ArgumentHelp("Season lengths in steps, such as 24,168; found in the data unless told.", valueName: "n,…"))
    var seasonLengths: String?

    @Option(help: ArgumentHelp("Prophet: columns that explain the series.", valueName: "column,…"))
    var regressors: String?

    @Option(help: ArgumentHelp("Prophet: linear, flat, or logistic with a column cap, and floor.", valueName: "form"))
    var growth: String?

    @Option(help: ArgumentHelp("Prophet: additive or multiplicative seasons.", valueName: "mode"))
    var seasonalityMode: String?

    @Option(help: ArgumentHelp("Prophet: the holidays of a country, such as DE.", valueName: "code"))
    var countryHolidays: String?

    @Option(help: ArgumentHelp("The seed of everything that is drawn; 0.", valueName: "n"))
    var seed: UInt64?

    @Option(
        help: "How many threads fit series; as many as there are cores unless told. The result does not depend on it.")
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
        if let mode = seasonalityMode, ProphetSettings.Mode(rawValue: mode) == nil {
            throw ValidationError("--seasonality-mode is “\(mode)”; give additive or multiplicative")
        }
        if let growth, ProphetSettings.Growth(rawValue: growth) == nil {
            throw ValidationError("--growth is “\(growth)”; give linear, logistic or flat")
        }
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
        result.prophet.growth = growth.flatMap(ProphetSettings.Growth.init) ?? result.prophet.growth
        result.prophet.countryHolidays = countryHolidays ?? result.prophet.countryHolidays
        result.prophet.seasonalityMode =
            seasonalityMode.flatMap(ProphetSettings.Mode.init) ?? result.prophet.seasonalityMode
        let lengths = Self.parts(seasonLengths).compactMap { Int($0) }
        if !lengths.isEmpty { result.seasonLengths = lengths }
        result.seed = seed ?? result.seed
        return result
    }

    private static func parts(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
