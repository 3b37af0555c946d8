/// A forecaster that `Auto` tries, with what it forecast after each cut.
struct Candidate: Sendable {
    /// Its algorithm and what is pinned; the weight is not used yet.
    var member: Choices.Member
    /// The forecasts after each cut, cut by cut, in one row.
    var forecasts: [Double]
}
