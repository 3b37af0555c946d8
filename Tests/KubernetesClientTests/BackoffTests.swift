import Testing

@testable import KubernetesClient

@Suite struct BackoffTests {
    @Test func `waits double up to a limit, each with up to as much again`() {
        for share in [0, 0.5, 0.999] {
            var backoff = Backoff(random: { share })
            let waits = (0..<8).map { _ in backoff.next() / (1 + share) }
            let expected = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000].map { Duration.milliseconds($0) }
            #expect(zip(waits, expected).allSatisfy { abs(($0 - $1) / .milliseconds(1)) < 1 })
            backoff.reset()
            #expect(backoff.next() < .milliseconds(1_600))
        }
    }
}
