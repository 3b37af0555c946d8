public import Foundation

/// Whether the history that a forecast goes out from is recent enough to act on.
public enum HistoryState: Sendable, Hashable {
    /// Recent enough.
    case fresh
    /// A part of it could not be read: what was not seen looks like no need, so nothing is lowered.
    case partial(String)
    /// Too old: nothing is changed, whatever the forecast says.
    case stale(String)
    /// There is none, or it cannot be read: nothing is changed.
    case missing(String)

    /// Judges the end of a history.
    ///
    /// A history is stale when its end is further back than one horizon, or two days where the horizon is shorter:
    /// then all that the last training forecast lies in the past.
    ///
    /// - Parameters:
    ///   - end: the time of the last observation; nil where there is none.
    ///   - now: the present.
    ///   - horizon: the model's horizon.
    ///   - isRecorded: whether the history is a recording, which cannot become stale.
    ///   - missingPart: what could not be read of it; nil where all was.
    public init(end: Date?, now: Date, horizon: Horizon, isRecorded: Bool, missingPart: String? = nil) {
        guard let end else {
            self = .missing("there is no usage history yet")
            return
        }
        let limit = Self.staleAfter(horizon)
        let age = Int(now.timeIntervalSince(end).rounded(.down))
        if isRecorded || age <= limit.seconds {
            self = missingPart.map { .partial("a part of the usage history could not be read: \($0)") } ?? .fresh
        } else {
            // Minutes are enough for an age of days.
            let rounded = TimeSpan(seconds: age / 60 * 60)
            self = .stale("the usage history ended \(rounded) ago, and \(limit) is the limit for this horizon")
        }
    }

    /// How old the end of a history may be.
    public static func staleAfter(_ horizon: Horizon) -> TimeSpan { max(.days(2), horizon.span) }

    /// Why nothing is changed; nil where numbers may change.
    public var reason: String? {
        switch self {
        case .fresh, .partial: nil
        case .stale(let reason), .missing(let reason): reason
        }
    }
}
