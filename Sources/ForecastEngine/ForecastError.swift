/// Why a series could not be read, fitted or forecast, and what to do about it.
public struct ForecastError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for programs.
    public enum Code: String, Hashable, Sendable, Codable {
        /// No row has a value.
        case noObservations
        /// Fewer observations than the algorithm needs.
        case tooShort
        /// Columns of one series differ in length.
        case lengthMismatch
        /// A value is infinite, or so large that its square is.
        case notFinite
        /// The step between two observations could not be found, or a time is off the grid.
        case irregularTimes
        /// A setting is out of its range, or contradicts another.
        case invalidSetting
        /// A column that the model needs is not there.
        case missingColumn
        /// A column's value is missing or contradicts the data (a cap below it, say).
        case invalidColumn
        /// The algorithm cannot do what was asked.
        case unsupported
        /// The forecast horizon is empty, lies before the end of the training data, or is too long.
        case invalidHorizon
        /// A search found no optimum.
        case didNotConverge
        /// The bytes are not an artifact, or were changed.
        case corruptArtifact
        /// The artifact was written by a newer version.
        case unsupportedVersion
    }

    /// The kind of failure.
    public var code: Code
    /// One sentence for a person: what is wrong, where, and what to do.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
