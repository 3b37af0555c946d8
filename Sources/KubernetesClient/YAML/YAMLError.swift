/// Why a text is not YAML that Kubernetes would take, and where.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake.
    public enum Code: String, Sendable, Hashable {
        /// The text is not YAML.
        case syntax
        /// A key stands twice in one mapping.
        case duplicateKey
        /// A key that is a list or a mapping.
        case invalidKey
        /// An alias to an anchor that does not exist, or a merge of something that is no mapping.
        case invalidAlias
        /// Aliases that multiply beyond reason.
        case tooLarge
        /// Nested too deeply.
        case tooDeep
        /// More documents than were expected.
        case manyDocuments
        /// A tag that does not fit its value.
        case invalidTag
    }

    /// The kind of mistake.
    public var code: Code
    /// What is wrong.
    public var message: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int

    /// An error from its parts.
    public init(code: Code, message: String, line: Int, column: Int) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
    }

    /// The message with its place.
    public var description: String { "line \(line), column \(column): \(message)" }
}
