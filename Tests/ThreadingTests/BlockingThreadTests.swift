import Foundation
import Testing
import Threading

/// What a thread of its own comes to reaches everybody who asks, whenever they ask; under ThreadSanitizer too.
struct BlockingThreadTests {
    private struct Refused: Error, Equatable {}

    @Test func `a value reaches those who ask before and after the end`() async {
        for number in 0..<200 {
            let gate = DispatchSemaphore(value: 0)
            let work = BlockingThread("test") {
                gate.wait()
                return (0..<number).map { "\($0)" }
            }
            await withTaskGroup(of: [String].self) { group in
                for _ in 0..<3 { group.addTask { await work.value } }
                group.addTask {
                    gate.signal()
                    return await work.value
                }
                for await value in group { #expect(value == (0..<number).map { "\($0)" }) }
            }
            #expect(await work.value.count == number)
        }
    }

    @Test func `the thread has the name and the stack that were asked for`() async throws {
        let (name, stackSize) = try await onThread("a longer name than fits", stackSize: 4 << 20) {
            (try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8), Thread.current.stackSize)
        }
        #expect(name == "a longer name t\n")
        #expect(stackSize >= 4 << 20)
    }

    @Test func `what the work throws reaches its caller`() async throws {
        await #expect(throws: Refused()) { try await onThread("test") { throw Refused() } }
        #expect(try await onThread("test") { 7 } == 7)
    }

    @Test func `a thousand tasks count under one lock`() async {
        let count = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { count.withLock { $0 += 1 } } }
        }
        #expect(count.withLock { $0 } == 1000)
    }
}
