/// Sees every request before and after it is done, for tests that stop a client at a chosen step.
public struct RequestGate: Sendable {
    /// A request as the gate sees it.
    public struct Request: Sendable, Hashable {
        /// The HTTP method.
        public var method: String
        /// The path without its query.
        public var path: String
        /// The query parameters.
        public var query: [String: String]
        /// Who asks.
        public var userAgent: String

        /// Whether it is a watch.
        public var isWatch: Bool { query["watch"] == "true" || query["watch"] == "1" }
        /// Whether it may change something.
        public var isMutating: Bool { method != "GET" && method != "HEAD" && query["dryRun"] == nil }
    }

    /// Called before the request is done; what it returns happens in place of the answer, or before it.
    public var before: @Sendable (Request) async -> Fault.Action?
    /// Called when the request is done, with the status code; false loses the answer and closes the connection.
    public var after: @Sendable (Request, Int) async -> Bool

    /// A gate that lets everything through, but for what it is given.
    public init(
        before: @escaping @Sendable (Request) async -> Fault.Action? = { _ in nil },
        after: @escaping @Sendable (Request, Int) async -> Bool = { _, _ in true }
    ) {
        self.before = before
        self.after = after
    }
}
