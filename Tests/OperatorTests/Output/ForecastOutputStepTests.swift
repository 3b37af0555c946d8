import Foundation
import Testing

@testable import Operator

struct ForecastOutputStepTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func next(_ attempts: [ForecastOutputStep.Attempt] = [], written: String? = nil) -> ForecastOutputStep {
        .next(key: "k", written: written, attempts: attempts, now: now)
    }

    private func failed(_ number: Int, ago seconds: Double) -> ForecastOutputStep.Attempt {
        .init(
            job: "j\(number)", number: number,
            state: .failed(reason: "BackoffLimitExceeded", message: "m", at: now.addingTimeInterval(-seconds)))
    }

    @Test func `what is written is not written again, and something else is`() {
        #expect(next(written: "k") == .done)
        #expect(next(written: "other") == .start(attempt: 1))
        #expect(next() == .start(attempt: 1))
    }

    @Test func `a Job is waited for, and its success is noted on the version`() {
        #expect(next([.init(job: "j1", number: 1, state: .active)]) == .wait(job: "j1"))
        #expect(next([.init(job: "j1", number: 1, state: .complete)]) == .note(job: "j1"))
        #expect(next([failed(1, ago: 700), .init(job: "j2", number: 2, state: .active)]) == .wait(job: "j2"))
    }

    @Test func `a failure is tried again, ever more rarely`() {
        let first = next([failed(1, ago: 599)])
        #expect(
            first
                == .retry(
                    at: now.addingTimeInterval(1), attempt: 1, job: "j1", reason: "BackoffLimitExceeded", message: "m"))
        #expect(next([failed(1, ago: 600)]) == .start(attempt: 2))
        guard case .retry(let time, 2, "j2", _, _) = next([failed(1, ago: 5000), failed(2, ago: 600)]) else {
            Issue.record("the second attempt has failed ten minutes ago; the third is due after twenty")
            return
        }
        #expect(time == now.addingTimeInterval(600))
    }
}
