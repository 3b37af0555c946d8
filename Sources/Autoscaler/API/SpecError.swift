/// What is wrong with a specification, and what to do about it.
public struct SpecError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A text is no Kubernetes quantity.
        case invalidQuantity
        /// A text is no length of time.
        case invalidTimeSpan
        /// A value is outside what the field allows.
        case invalidValue
        /// Two fields that exclude each other are both set, or none of several is.
        case conflictingFields
        /// A field that is needed is missing.
        case missingField
        /// A field is not part of the API.
        case unknownField
        /// A field has a value of the wrong type.
        case wrongType
    }

    /// The kind of mistake.
    public let code: Code
    /// The path of the field, such as `spec.scaling.containers[0].maxAllowed.cpu`; empty where it is not known here.
    public let field: String
    /// What is wrong and what to do, for a person to act on.
    public let message: String

    /// Makes an error about a field.
    public init(_ code: Code, field: String = "", _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    /// Several mistakes as one error, so that all are corrected at once; nil where there is none.
    public static func together(_ errors: [SpecError]) -> SpecError? {
        // A condition is read by people: who corrects twenty mistakes looks at the rest afterwards.
        let most = 20
        guard let first = errors.first, errors.count > 1 else { return errors.first }
        let texts = [first.message] + errors[1...].prefix(most - 1).map(\.description)
        let rest = errors.count > most ? ["and \(errors.count - most) more mistakes"] : []
        return SpecError(first.code, field: first.field, (texts + rest).joined(separator: "; "))
    }

    /// What to say of a text that names no time zone.
    static func noTimeZone(_ text: String) -> String {
        "“\(text)” is no time zone: write an IANA name such as Europe/Berlin"
    }

    /// The field and the message in one line.
    public var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
