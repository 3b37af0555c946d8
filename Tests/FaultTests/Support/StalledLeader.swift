import Playground

/// A leader that stands still while one of its writes is on its way: what a stalled process or network does.
///
/// That write arrives when it is told to; until the leader is healed nothing else of it does.
final class StalledLeader: Sendable {
    private let stalled = Shared<String?>(nil)
    private let isHealed = Shared(false)
    private let arrival: AsyncStream<Void>
    private let arrives: AsyncStream<Void>.Continuation

    init() { (arrival, arrives) = AsyncStream.makeStream() }

    /// Whether a write is held, or was.
    var isStalled: Bool { stalled.value != nil }

    /// Holds the first write that is meant, and cuts off whoever sent it: the operator `one` or `two`.
    func gate(where isMeant: @escaping @Sendable (RequestGate.Request) -> Bool) -> RequestGate {
        RequestGate(before: { request in
            guard request.userAgent.contains("presage-operator") else { return nil }
            let name = request.userAgent.contains("operator-one") ? "one" : "two"
            let isTheOne = self.stalled.change { stalled in
                guard stalled == nil, isMeant(request) else { return false }
                stalled = name
                return true
            }
            if isTheOne {
                for await _ in self.arrival { break }
                return nil
            }
            return self.stalled.value == name && !self.isHealed.value ? .dropConnection : nil
        })
    }

    /// Lets the write that was held go on.
    func arrive() {
        arrives.yield()
        arrives.finish()
    }

    /// Lets its sender go on.
    func heal() { isHealed.change { $0 = true } }
}
