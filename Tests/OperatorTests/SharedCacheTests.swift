import Testing
import Threading

@testable import Operator

@Suite
struct SharedCacheTests {
    private typealias Cache = SharedCache<String, Int>

    @Test func `what several ask for at once is made once, also where one of them stops waiting`() async throws {
        let cache = Cache(mostBytes: 1 << 20, keepsNewest: false)
        let made = Locked(0)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        @Sendable func ask() async throws -> Int {
            try await cache.value(of: "a") {
                for await _ in gate { break }
                return (
                    made.withLock {
                        $0 += 1; return $0
                    }, 1
                )
            }
        }
        let first = Task { try await ask() }
        let others = (0..<20).map { _ in Task { try await ask() } }
        first.cancel()
        try await Task.sleep(for: .milliseconds(50))
        open.yield()
        open.finish()
        for other in others { #expect(try await other.value == 1) }
        #expect(try await ask() == 1)
        #expect(made.withLock { $0 } == 1)
    }

    @Test func `what nobody waits for any more is not made, and made anew for who asks then`() async throws {
        let cache = Cache(mostBytes: 1 << 20, keepsNewest: false)
        let begun = Locked(0)
        let ended = Locked(0)
        @Sendable func ask() async throws -> Int {
            try await cache.value(of: "a") {
                begun.withLock { $0 += 1 }
                defer { ended.withLock { $0 += 1 } }
                try await Task.sleep(for: .seconds(60))
                return (1, 1)
            }
        }
        let askers = (0..<3).map { _ in Task { try await ask() } }
        while begun.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(2)) }
        try await Task.sleep(for: .milliseconds(50))
        for asker in askers.dropLast() { asker.cancel() }
        try await Task.sleep(for: .milliseconds(50))
        #expect(ended.withLock { $0 } == 0, "one still waits")
        askers[2].cancel()
        for asker in askers { await #expect(throws: CancellationError.self) { try await asker.value } }
        #expect(ended.withLock { $0 } == 1 && begun.withLock { $0 } == 1)
        #expect(try await cache.value(of: "a") { (7, 1) } == 7)
    }

    @Test func `what cannot be made is not remembered`() async throws {
        struct Refused: Error {}
        let cache = Cache(mostBytes: 1 << 20, keepsNewest: false)
        await #expect(throws: Refused.self) { try await cache.value(of: "a") { throw Refused() } }
        #expect(try await cache.value(of: "a") { (7, 1) } == 7)
    }

    @Test func `what is kept stays below its bound, and what is larger than that is not kept`() async throws {
        let entry = 10_000 + Cache.overhead
        let cache = Cache(mostBytes: 2 * entry, keepsNewest: false)
        let made = Locked<[String]>([])
        func ask(_ key: String, bytes: Int = 10_000) async throws {
            _ = try await cache.value(of: key) {
                made.withLock { $0.append(key) }
                return (0, bytes)
            }
        }
        for key in ["a", "b", "a", "c", "a", "b"] { try await ask(key) }
        #expect(made.withLock { $0 } == ["a", "b", "c", "b"], "b was not used for longest when c came")
        try await ask("large", bytes: 2 * entry)
        #expect(await cache.bytes == 2 * entry)
        made.withLock { $0 = [] }
        for key in ["a", "b", "large"] { try await ask(key, bytes: 2 * entry) }
        #expect(made.withLock { $0 } == ["large"])
        for index in 0..<1000 { try await ask("small \(index)", bytes: 0) }
        #expect(await cache.bytes <= 2 * entry)
    }
}
