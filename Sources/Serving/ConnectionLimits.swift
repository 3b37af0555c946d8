public import NIOCore

/// How long a client may keep a server waiting, and how much all of them may keep.
///
/// Each connection costs memory, and a file of which a process has a limited number: clients that say nothing, or never take what they have
/// asked for, must not use up what the process needs for its own work.
public struct ConnectionLimits: Sendable {
    /// How many connections there are at most. One more ends the one that has said nothing for longest.
    public var connections: Int
    /// How long the head of a request may take to come whole, from when the connection was made or the last answer was taken on.
    public var request: TimeAmount
    /// How long an answer may take to be taken whole.
    public var answer: TimeAmount
    /// How long that may take once the server is to end, or the connection.
    public var farewell: TimeAmount
    /// How many bytes of answers there may be, all connections together, that have not been taken; beyond, the connection that takes longest
    /// is ended.
    public var untakenBytes: Int

    /// Limits; by default those of a server in front of which nothing else stands.
    public init(
        connections: Int = 500, request: TimeAmount = .seconds(90), answer: TimeAmount = .seconds(60),
        farewell: TimeAmount = .seconds(10), untakenBytes: Int = 64 << 20
    ) {
        self.connections = connections
        self.request = request
        self.answer = answer
        self.farewell = farewell
        self.untakenBytes = untakenBytes
    }
}
