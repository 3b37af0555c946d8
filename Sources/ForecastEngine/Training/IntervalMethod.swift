/// Where the bounds of a forecast come from.
public enum IntervalMethod: String, Hashable, Sendable, Codable, CaseIterable {
    /// From what the same recipe missed on held-out data; the algorithm's own where there is too little history.
    case conformal
    /// From the algorithm's own theory; conformal where it has none.
    case native
}
