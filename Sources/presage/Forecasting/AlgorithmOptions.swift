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
    @Option(help: "The share of outcomes that intervals are to contain.")
    var intervalWidth = 0.8

    @Option(
        help: ArgumentHelp("Season lengths in steps, such as 24,168; found in the data unless told.", valueName: "n,…"))
    var seasonLengths: String?

    @Option(help: ArgumentHelp("Prophet: columns that explain the series.", valueName: "column,…"))
    var regressors: String?

    @Option(help: ArgumentHelp("Prophet: additive or multiplicative seasons.", valueName: "mode"))
    var seasonalityMode: String?

    @Option(help: ArgumentHelp("Prophet: the holidays of a country, such as DE.", valueName: "code"))
    var countryHolidays: String?

    @Option(help: "The seed of everything that is drawn.")
    var seed: UInt64 = 0

    @Option(
        help: "How many threads fit series; as many as there are cores unless told. The result does not depend on it.")
    var threads: Int?

    /// The threads to use.
    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// Columns that have to be read beside the values.
    var columns: [String] { Self.parts(regressors) }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give at least 1") }
        guard intervalWidth > 0, intervalWidth < 1 else {
            throw ValidationError("--interval-width is \(intervalWidth); give a share such as 0.8")
        }
        for part in Self.parts(seasonLengths) where Int(part).map({ $0 < 2 }) ?? true {
            throw ValidationError("--season-lengths has “\(part)”; give whole numbers from 2, such as 24,168")
        }
        if let mode = seasonalityMode, ProphetSettings.Mode(rawValue: mode) == nil {
            throw ValidationError("--seasonality-mode is “\(mode)”; give additive or multiplicative")
        }
    }

    /// The engine's settings of an algorithm.
    func settings(_ name: AlgorithmName) -> AlgorithmSettings {
        var prophet = ProphetSettings()
        prophet.intervalWidth = intervalWidth
        prophet.extraRegressors = columns.map { ProphetSettings.Regressor(name: $0) }
        prophet.countryHolidays = countryHolidays
        prophet.seasonalityMode = seasonalityMode.flatMap(ProphetSettings.Mode.init) ?? prophet.seasonalityMode
        let lengths = Self.parts(seasonLengths).compactMap { Int($0) }
        return AlgorithmSettings(
            name: name, prophet: prophet, seasonLengths: lengths.isEmpty ? nil : lengths, intervalWidth: intervalWidth,
            seed: seed
        )
    }

    private static func parts(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
