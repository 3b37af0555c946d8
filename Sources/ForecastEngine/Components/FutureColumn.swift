/// A column whose future values a model needs.
public struct FutureColumn: Hashable, Sendable {
    /// The column's name.
    public var name: String
    /// What it is to the model, such as `an extra regressor`.
    public var role: String

    /// Creates one.
    public init(name: String, role: String) {
        self.name = name
        self.role = role
    }
}
