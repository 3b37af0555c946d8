import Foundation
import KubernetesClient
import Testing

@Suite(.patience(minutes: 1))
struct WorkQueueTests {
    @Test func `a key added many times comes once`() async {
        let queue = WorkQueue<String>(name: "t")
        for _ in 0..<5 { queue.add("a") }
        queue.add("b")
        #expect(queue.count == 2)
        #expect(await queue.next() == "a")
        #expect(await queue.next() == "b")
        #expect(queue.count == 0)
    }

    @Test func `a key added while it is worked on comes again, afterwards`() async {
        let queue = WorkQueue<String>(name: "t")
        queue.add("a")
        #expect(await queue.next() == "a")
        queue.add("a")
        #expect(queue.count == 0)
        queue.done("a")
        #expect(queue.count == 1)
        #expect(await queue.next() == "a")
        queue.done("a")
        #expect(queue.count == 0)
    }

    @Test func `no two workers ever have one key`() async {
        let queue = WorkQueue<Int>(name: "t")
        let held = Noted((now: Set<Int>(), worst: 0, handled: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    while let key = await queue.next() {
                        held.change { state in
                            if !state.now.insert(key).inserted { state.worst += 1 }
                            state.handled += 1
                        }
                        await Task.yield()
                        _ = held.change { $0.now.remove(key) }
                        queue.done(key)
                    }
                }
            }
            group.addTask {
                for round in 0..<5000 {
                    queue.add(round % 7)
                    if round % 50 == 0 { try? await Task.sleep(for: .milliseconds(1)) }
                }
                queue.shutDown()
            }
        }
        #expect(held.value.worst == 0)
        #expect(held.value.handled >= 7)
    }

    @Test func `a delayed key comes when it is due, the shortest delay counts`() async throws {
        let time = SteppedTime()
        let queue = WorkQueue<String>(name: "t", time: time)
        queue.add("late", after: .seconds(30))
        queue.add("b", after: .milliseconds(120))
        queue.add("a", after: .milliseconds(60))
        queue.add("late", after: .milliseconds(180))
        for (key, due) in [("a", 60), ("b", 120), ("late", 180)] {
            // One timer runs, and it is the earliest key's.
            await eventually("the wait for \(key)") { time.alarms == [.milliseconds(due)] }
            time.set(to: .milliseconds(due - 1))
            #expect(time.alarms == [.milliseconds(due)] && queue.count == 0)
            time.set(to: .milliseconds(due))
            #expect(await queue.next() == key)
        }
    }

    @Test func `failures double the wait from 5 ms to 1000 s`() async {
        let time = FakeTime()
        let queue = WorkQueue<String>(name: "t", limits: .init(perSecond: 0), time: time)
        var waits: [Duration] = []
        for _ in 0..<25 {
            let before = time.monotonic()
            queue.addRateLimited("a")
            #expect(await queue.next() == "a")
            queue.done("a")
            waits.append(time.monotonic() - before)
        }
        #expect(Array(waits.prefix(4)) == [.milliseconds(5), .milliseconds(10), .milliseconds(20), .milliseconds(40)])
        #expect(waits.last == .seconds(1000))
        #expect(queue.failures(of: "a") == 25)
        queue.forget("a")
        #expect(queue.failures(of: "a") == 0)
    }

    @Test func `a failure that may wait no longer leaves the later waits as they are`() async {
        let time = FakeTime()
        let queue = WorkQueue<String>(name: "t", time: time)
        func wait(atMost limit: Duration? = nil) async -> Duration {
            let before = time.monotonic()
            queue.addRateLimited("a", atMost: limit)
            #expect(await queue.next() == "a")
            queue.done("a")
            return time.monotonic() - before
        }
        var waits: [Duration] = []
        for _ in 0..<6 { waits.append(await wait(atMost: .milliseconds(15))) }
        #expect(waits == [5, 10, 15, 15, 15, 15].map { .milliseconds($0) })
        #expect(await wait() == .milliseconds(20))
        #expect(await wait() == .milliseconds(40))
    }

    @Test func `all retries together keep to ten a second after a hundred`() async {
        // A clock that runs while keys are added would take some of their waits for past already.
        let time = SteppedTime()
        let queue = WorkQueue<Int>(name: "t", time: time)
        for key in 0..<150 { queue.addRateLimited(key) }
        // Each time the next wait has begun before the clock goes on.
        await eventually("the wait for the first") { time.alarms == [.milliseconds(5)] }
        for (milliseconds, ready) in [(5, 100), (150, 101), (2050, 120), (4950, 149)] {
            time.set(to: .milliseconds(milliseconds))
            await eventually("\(ready) keys") {
                queue.count >= ready && time.alarms.contains { $0 > .milliseconds(milliseconds) }
            }
            #expect(queue.count == ready)
        }
        time.set(to: .milliseconds(5050))
        await eventually("all keys") { queue.count == 150 }
    }

    @Test func `a shutdown gives out what waits, or drops it, and wakes those who wait`() async {
        let giving = WorkQueue<String>(name: "t")
        giving.add("a")
        giving.shutDown()
        giving.add("b")
        #expect(await giving.next() == "a")
        #expect(await giving.next() == nil)
        let dropping = WorkQueue<String>(name: "t")
        dropping.add("a")
        dropping.shutDown(dropping: true)
        #expect(await dropping.next() == nil)
        let waiting = WorkQueue<String>(name: "t")
        let waiter = Task { await waiting.next() }
        try? await Task.sleep(for: .milliseconds(20))
        waiting.shutDown()
        #expect(await waiter.value == nil)
    }

    @Test func `a cancelled worker stops waiting and takes nothing`() async {
        let queue = WorkQueue<String>(name: "t")
        let waiter = Task { await queue.next() }
        try? await Task.sleep(for: .milliseconds(20))
        waiter.cancel()
        #expect(await waiter.value == nil)
        queue.add("a")
        #expect(await queue.next() == "a")
    }
}
