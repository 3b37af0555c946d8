import Autoscaler
import Foundation
import KubernetesClient
import Operator
import Playground
import Testing

/// Two operators and one Lease: a partition, and a leader that stalls and writes late.
@Suite(.serialized, .patience(minutes: 3))
struct TwoOperatorTests {
    @Test func `a partition between the leader and the server, again and again`() async throws {
        try await FaultBench.with { bench in
            let cutOff = Shared<String?>(nil)
            bench.injectFaults { request in
                guard let name = cutOff.value, request.userAgent.contains("operator-\(name)") else { return nil }
                return .dropConnection
            }
            bench.startOperator("one", electsLeader: true)
            bench.startOperator("two", electsLeader: true)
            bench.startOthers()
            // The Lease is 15 s, a fifth of it on these clocks.
            for version in 1...2 {
                let leader = try await bench.leader()
                if version == 2 { try await bench.challenge() }
                cutOff.change { $0 = leader }
                bench.server.cutWatches()
                try await bench.wait("another leader than \(leader)") {
                    let now = try await bench.leader()
                    return now == leader ? nil : ()
                }
                _ = try await bench.model("version \(version) in production") {
                    $0.status?.production?.version == version
                }
                cutOff.change { $0 = nil }
            }
            try await bench.converge(to: 2)
            try await bench.verify("partition of the leader")
        }
    }

    /// The first write of a kind is held on its way until the other operator has brought the whole story to its end, and
    /// arrives then: what a stalled process or network does.
    @Test(arguments: ["configmaps", "jobs", "deployments", "forecastmodels", "trainingjobs"])
    func `a stalled leader's late write does no harm`(kind: String) async throws {
        try await FaultBench.with { bench in
            let leader = StalledLeader()
            bench.server.setGate(leader.gate { $0.isMutating && $0.path.contains("/\(kind)") })
            bench.startOperator("one", electsLeader: true)
            bench.startOperator("two", electsLeader: true)
            try await bench.play()
            #expect(leader.isStalled)
            // Now the write arrives, and then its sender is back.
            leader.arrive()
            bench.injected.change { $0 += 1 }
            try await Task.sleep(for: .milliseconds(500))
            leader.heal()
            try await Task.sleep(for: .milliseconds(500))
            try await bench.converge(to: 2)
            try await bench.verify("late write of a stalled leader: \(kind)")
        }
    }

    /// What a process finds that was stopped (SIGSTOP, a paused machine) for longer than its Lease: the time is another, and it is
    /// about to do what it would have done.
    @Test func `a leader that wakes after its Lease has ended writes nothing any more`() async throws {
        try await FaultBench.with { bench in
            let time = LeapingTime()
            let first = Shared<OperatorTask?>(nil)
            let late = Shared<[String]>([])
            bench.server.setGate(
                RequestGate(before: { [injected = bench.injected] request in
                    if request.isMutating, request.userAgent.contains("operator-one"), injected.value > 0,
                        first.value?.starts.value == 1, !request.path.contains("/leases"),
                        !request.path.hasSuffix("/events")
                    {
                        late.change { $0.append("\(request.method) \(request.path)") }
                    }
                    return nil
                }))
            let operatorOne = bench.startOperator("one", electsLeader: true, time: time)
            first.change { $0 = operatorOne }
            bench.startOthers()
            _ = try await bench.model("version 1 in production") {
                $0.status?.production?.version == 1 && $0.status?.conditions?.isTrue("Scaled") ?? false
            }
            // What was begun before is not late.
            try await Task.sleep(for: .milliseconds(500))
            bench.injected.change { $0 += 1 }
            time.leap(by: .seconds(60))
            try await bench.challenge()
            try await bench.wait("its end") { operatorOne.starts.value > 1 ? () : nil }
            #expect(late.value == [])
            try await bench.converge(to: 2)
            try await bench.verify("leader stopped for longer than its Lease")
        }
    }
}

/// Some times as fast as the machine's, and leaps.
private struct LeapingTime: TimeSource {
    private let quick = QuickTime()
    private let ahead = Shared(Duration.zero)

    func leap(by duration: Duration) { ahead.change { $0 += duration } }
    func now() -> Date { quick.now() }
    func monotonic() -> Duration { quick.monotonic() + ahead.value }
    func sleep(for duration: Duration) async throws { try await quick.sleep(for: duration) }
}

extension FaultBench {
    /// Which operator holds the Lease.
    fileprivate func leader() async throws -> String {
        try await wait("a leader") {
            let lease = try await self.others.get(Lease.self, "presage-operator", namespace: "default")
            guard let holder = lease.holderIdentity, !holder.isEmpty else { return nil }
            return String(holder.prefix { $0 != "-" })
        }
    }
}
