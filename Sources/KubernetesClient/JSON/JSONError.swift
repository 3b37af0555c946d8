/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake.
    public enum Code: String, Sendable, Hashable {
        /// A character that cannot stand there.
        case unexpectedCharacter
        /// The text ends inside a value: it was cut.
        case truncated
        /// A number that JSON does not know.
        case invalidNumber
        /// A string with a control character, a wrong escape, or bytes that are not UTF-8.
        case invalidString
        /// Arrays and objects nested more deeply than allowed.
        case tooDeep
        /// Something follows the value.
        case trailingContent
    }

    /// The kind of mistake.
    public var code: Code
    /// What was found and what was expected.
    public var message: String
    /// The position in bytes, from 0.
    public var offset: Int
    /// The line, from 1.
    public var line: Int
    /// The column in bytes, from 1.
    public var column: Int

    /// The message with its place.
    public var description: String { "\(message) (line \(line), column \(column), byte \(offset))" }
}
