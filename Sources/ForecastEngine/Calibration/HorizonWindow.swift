/// The leads that a statement about a horizon is about.
struct HorizonWindow: Hashable, Sendable {
    /// How many steps lie between the end of the training data and the horizon.
    var skipped: Int
    /// How many steps the horizon has.
    var steps: Int
}
