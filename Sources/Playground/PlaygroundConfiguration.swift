public import Foundation

/// How a playground runs.
public struct PlaygroundConfiguration: Sendable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port = 0
    /// Where sandboxes and logs of pods lie; nil makes a temporary directory, which goes when the playground stops.
    public var dataDirectory: URL?
    /// How many changes a watch can be resumed over; older revisions get 410.
    public var historyLimit = 10_000
    /// How often a watch that allows bookmarks gets one.
    public var bookmarkInterval: Duration = .seconds(30)
    /// Whether requests without credentials count as the administrator's. kubectl sends none over plain HTTP. A wrong
    /// token gets 401 in any case.
    public var allowsAnonymous = true
    /// Whether pods run as local processes, and which.
    public var pods = PodRunner()
    /// The wall clock of timestamps.
    public var now: @Sendable () -> Date = { Date() }

    /// The defaults: a free port on the loopback interface and pods that run the local executable.
    public init() {}
}
