import Foundation
import Playground

/// What breaks, until the bench stops; each fault is counted.
extension FaultBench {
    /// Asks `choose` at every request of an operator; each fault that it gives is counted.
    func injectFaults(_ choose: @escaping @Sendable (RequestGate.Request) -> Fault.Action?) {
        server.setGate(
            RequestGate(before: { [injected] request in
                guard request.userAgent.contains(Self.operatorAgent), let action = choose(request) else { return nil }
                injected.change { $0 += 1 }
                return action
            }))
    }

    /// Injects what `choose` gives into a share of the operator's requests, at most `limit` times.
    func injectRandomly(
        _ salt: String, share: Double, limit: Int,
        _ choose: @escaping @Sendable (RequestGate.Request, inout SeededGenerator) -> Fault.Action?
    ) {
        let state = Shared((generator: SeededGenerator(salt: salt), left: limit))
        injectFaults { request in
            state.change { state in
                guard state.left > 0, Double.random(in: 0..<1, using: &state.generator) < share,
                    let action = choose(request, &state.generator)
                else { return nil }
                state.left -= 1
                return action
            }
        }
    }

    /// Kills the operator's process at each kind of write, up to three times each, so that the loop ends.
    ///
    /// - Returns: how many kinds of write there were so far.
    func killAtEachWrite(before isBefore: Bool) throws -> @Sendable () -> Int {
        let process = Shared<OperatorProcess?>(nil)
        let seen = Shared([String: Int]())
        let dies: @Sendable (RequestGate.Request) -> Bool = { [injected] request in
            guard request.isMutating, request.userAgent.contains("(operator)"),
                // Events and the Lease are nobody's step.
                !request.path.hasSuffix("/events") && !request.path.contains("/leases")
            else { return false }
            let kills = seen.change { seen in
                let step = "\(request.method) \(request.path)"
                guard seen[step, default: 0] < 3 else { return false }
                seen[step, default: 0] += 1
                return true
            }
            guard kills else { return false }
            process.value?.kill()
            injected.change { $0 += 1 }
            return true
        }
        server.setGate(
            RequestGate(
                before: { isBefore && dies($0) ? .dropConnection : nil },
                after: { request, _ in isBefore || !dies(request) }))
        let running = try startProcess()
        process.change { $0 = running }
        return { seen.value.count }
    }

    /// Kills the API server six times.
    func killServer(_ salt: String, forgetsHistory: Bool) {
        work { [self] in
            var generator = SeededGenerator(salt: salt)
            for _ in 0..<6 where !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(Int.random(in: 10...120, using: &generator)))
                await server.crash()
                try? await Task.sleep(for: .milliseconds(Int.random(in: 20...150, using: &generator)))
                await server.restart(forgetsHistory: forgetsHistory)
                injected.change { $0 += 1 }
            }
        }
    }

    /// Lets something happen to all open watches, twenty times.
    func breakWatches(_ salt: String, _ happen: @escaping @Sendable (any FaultyServer) -> Void) {
        work { [self] in
            var generator = SeededGenerator(salt: salt)
            for _ in 0..<20 where !Task.isCancelled {
                repeat {
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &generator)))
                    // An operator takes a while to start, the longer the busier the machine is.
                } while server.openWatches == 0 && !Task.isCancelled
                let open = server.openWatches
                happen(server)
                injected.change { $0 += open }
            }
        }
    }
}
