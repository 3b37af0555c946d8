/// Which number of a horizon a statement is about.
public enum HorizonStatistic: Hashable, Sendable {
    /// The largest value within the horizon.
    case maximum
    /// The mean over the horizon.
    case mean
    /// The value at a step of the horizon, whichever it is.
    case value

    /// The number that one future has; the value is no single number, and its largest stands for it.
    func callAsFunction(_ path: [Double]) -> Double {
        switch self {
        case .maximum, .value: path.max() ?? .nan
        case .mean: Statistics.mean(path)
        }
    }
}
