import Testing

@testable import Operator

struct ReviewCacheTests {
    private let start = ContinuousClock.now

    @Test func `an answer counts for its time and no longer`() {
        var cache = ReviewCache<String, Int>(lifetime: .seconds(60))
        cache.insert(1, of: "a", at: start)
        #expect(cache.value(of: "a", at: start + .seconds(59)) == 1)
        #expect(cache.value(of: "a", at: start + .seconds(60)) == nil)
        #expect(cache.value(of: "b", at: start) == nil)
    }

    @Test func `a newer answer takes the place of an older one, and its time`() {
        var cache = ReviewCache<String, Int>(lifetime: .seconds(60), capacity: 2)
        cache.insert(1, of: "a", at: start)
        cache.insert(2, of: "b", at: start + .seconds(1))
        cache.insert(3, of: "a", at: start + .seconds(30))
        #expect(cache.value(of: "a", at: start + .seconds(70)) == 3)
        cache.insert(4, of: "c", at: start + .seconds(31))
        #expect(cache.value(of: "b", at: start + .seconds(31)) == nil)
        #expect(cache.count == 2)
    }

    @Test func `what has ended goes, and never are there more than fit`() {
        var cache = ReviewCache<Int, Int>(lifetime: .seconds(10), capacity: 100)
        for number in 0..<1000 { cache.insert(number, of: number, at: start) }
        #expect(cache.count == 100)
        #expect(cache.value(of: 899, at: start) == nil && cache.value(of: 900, at: start) == 900)
        cache.insert(0, of: 0, at: start + .seconds(10))
        #expect(cache.count == 1)
    }
}
