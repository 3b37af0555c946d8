import Foundation
import Testing

@testable import KubernetesClient

struct EventCorrelatorTests {
    private func item(of name: String, _ message: String = "m", at date: Date) -> EventRecorder.Item {
        EventRecorder.Item(
            reference: ["kind": "ForecastModel", "name": .string(name)], namespace: "n", severity: .normal, reason: "R",
            message: message, date: date)
    }

    @Test func `events of any number of objects at once take a bounded memory`() {
        var correlator = EventCorrelator()
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        var most = 0
        for index in 0..<20_000 {
            #expect(correlator.decide(item(of: "model-\(index)", at: now)) != nil)
            most = max(most, correlator.size)
        }
        #expect(most <= 3 * 4096)
        #expect(correlator.decide(item(of: "model-19999", at: now))?.count == 2, "the last ones are known")
    }

    @Test func `what was set last is kept, and what has not been for longest goes`() {
        var values = RecentValues<Int, String>(capacity: 8)
        for key in 0..<8 { values[key] = "\(key)" }
        values[0] = "again"
        values[8] = "one too many"
        #expect(values.count == 7)
        #expect(values[0] == "again" && values[8] != nil && values[3] != nil)
        #expect(values[1] == nil && values[2] == nil)
        for key in 9..<1000 {
            values[key] = ""
            #expect(values.count <= 8 && values[key] != nil)
        }
    }
}
