/// What a fit chose where the settings left it open: orders, forms, members and their weights.
///
/// Fitting again with the same choices estimates parameters and chooses nothing, which is how a champion is
/// compared with a challenger on the same data.
public struct Choices: Hashable, Sendable, Codable {
    /// Named numbers that only the algorithm understands, such as `"order": [1, 1, 2]`.
    public var numbers: [String: [Double]]
    /// The parts of a combination; empty for a single algorithm.
    public var members: [Member]

    /// One part of a combination.
    public struct Member: Hashable, Sendable, Codable {
        /// The part's algorithm.
        public var name: AlgorithmName
        /// The part's share in the combination, 0 to 1.
        public var weight: Double
        /// What the part chose itself.
        public var choices: Choices

        /// Creates a part of a combination.
        public init(name: AlgorithmName, weight: Double, choices: Choices = Choices()) {
            self.name = name
            self.weight = weight
            self.choices = choices
        }
    }

    /// Creates choices; none by default.
    public init(numbers: [String: [Double]] = [:], members: [Member] = []) {
        self.numbers = numbers
        self.members = members
    }
}
