/// A version of a model: its settings and everything that a fit has chosen.
///
/// Fitting a recipe without choices chooses; fitting the `recipe` of a trained model on other data chooses nothing.
public struct Recipe: Hashable, Sendable, Codable {
    /// What a person asked for.
    public var settings: AlgorithmSettings
    /// The season lengths in steps that a fit found; nil before the first fit.
    public var seasonLengths: [Int]?
    /// What the fit chose; nil before the first fit.
    public var choices: Choices?

    /// Creates a recipe that is still open.
    public init(settings: AlgorithmSettings, seasonLengths: [Int]? = nil, choices: Choices? = nil) {
        self.settings = settings
        self.seasonLengths = seasonLengths
        self.choices = choices
    }

    /// Creates an open recipe of an algorithm with its defaults.
    public init(_ name: AlgorithmName) {
        self.init(settings: AlgorithmSettings(name: name))
    }

    /// Whether nothing is left to choose.
    public var isPinned: Bool { choices != nil }
}
