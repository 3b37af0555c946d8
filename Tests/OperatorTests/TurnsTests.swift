import Testing
import Threading

@testable import Operator

@Suite
struct TurnsTests {
    /// Waits until something is so, for some seconds at most.
    private func until(_ condition: () async -> Bool) async throws {
        for _ in 0..<2000 where await !condition() { try await Task.sleep(for: .milliseconds(2)) }
        #expect(await condition())
    }

    @Test func `so many do something at once, so many wait in their order, and others are refused`() async throws {
        let turns = Turns(atOnce: 2, mostWaiting: 2)
        let begun = Locked<[Int]>([])
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<4 {
            tasks.append(
                Task {
                    try await turns.take {
                        begun.withLock { $0.append(number) }
                        for await _ in gate { break }
                    }
                })
            try await until { turns.busy == number + 1 }
        }
        #expect(begun.withLock { $0 } == [0, 1])
        await #expect(throws: Turns.TooMany.self) { try await turns.take {} }
        // Who has begun before is not refused.
        let later = Task { try await turns.take(isGoingOn: true) { begun.withLock { $0.append(9) } } }
        try await until { turns.busy == 5 }
        open.yield()
        try await until { begun.withLock { $0 } == [0, 1, 2] }
        open.finish()
        for task in tasks + [later] { try await task.value }
        // The last two at once.
        #expect(begun.withLock { $0.sorted() } == [0, 1, 2, 3, 9])
        #expect(turns.busy == 0)
        try await turns.take {}
    }

    @Test func `who waits no longer makes room, and what fails gives its turn on`() async throws {
        struct Broken: Error {}
        let turns = Turns(atOnce: 1, mostWaiting: 1)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await turns.take {
                for await _ in gate { break }
                throw Broken()
            }
        }
        try await until { turns.busy == 1 }
        let second = Task { try await turns.take { 2 } }
        try await until { turns.busy == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await turns.take { 3 } }
        try await until { turns.busy == 2 }
        open.finish()
        await #expect(throws: Broken.self) { try await first.value }
        #expect(try await third.value == 3)
        // Cancelled before it began.
        let never = Task {
            try? await Task.sleep(for: .seconds(60))
            return try await turns.take { 4 }
        }
        never.cancel()
        await #expect(throws: CancellationError.self) { try await never.value }
        #expect(turns.busy == 0)
    }
}
