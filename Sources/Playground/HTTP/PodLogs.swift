import Foundation

/// Which log is asked for.
struct PodLogQuery: Sendable, Hashable {
    var uid: String
    var container: String
    var tail: Int?
    var previous = false
}

/// Where the logs of pods come from.
protocol PodLogs: Sendable {
    /// The text so far; nil where the container never ran.
    func text(_ query: PodLogQuery) -> String?
    /// The text as it grows, as long as `isRunning` says so.
    func follow(_ query: PodLogQuery, while isRunning: @escaping @Sendable () -> Bool) -> AsyncStream<
        APIResponse.StreamPart
    >
}
