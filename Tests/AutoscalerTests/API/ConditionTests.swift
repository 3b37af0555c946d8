import Autoscaler
import Foundation
import Testing

struct ConditionTests {
    private func condition(_ status: Condition.Status, _ reason: String, at seconds: Double) -> Condition {
        Condition(
            type: ConditionType.ready, status: status, reason: reason, message: reason,
            lastTransitionTime: Date(timeIntervalSince1970: seconds))
    }

    @Test func `the transition time moves with the status and not with the words`() {
        var conditions: [Condition] = []
        conditions.set(condition(.false, "Starting", at: 1))
        conditions.set(condition(.false, "StillStarting", at: 2))
        #expect(conditions["Ready"]?.lastTransitionTime == Date(timeIntervalSince1970: 1))
        #expect(conditions["Ready"]?.reason == "StillStarting")
        conditions.set(condition(.true, "Done", at: 3))
        #expect(conditions["Ready"]?.lastTransitionTime == Date(timeIntervalSince1970: 3))
        #expect(conditions.count == 1)
        #expect(conditions.isTrue("Ready"))
    }

    @Test func `setting what holds changes nothing`() {
        var conditions = [condition(.true, "Done", at: 1)]
        let before = conditions
        conditions.set(condition(.true, "Done", at: 99))
        #expect(conditions == before)
    }

    @Test func `a message is cut to what the API takes`() {
        var conditions: [Condition] = []
        var long = condition(.true, "Done", at: 1)
        long.message = String(repeating: "ä", count: 40_000)
        conditions.set(long)
        #expect(conditions["Ready"]?.message.unicodeScalars.count == 32_768)
    }

    @Test func `an empty message becomes the reason, for servers that take it for null`() {
        var conditions: [Condition] = []
        var silent = condition(.true, "Done", at: 1)
        silent.message = ""
        conditions.set(silent)
        #expect(conditions["Ready"]?.message == "Done")
        // And again: what holds stays as it is.
        let before = conditions
        conditions.set(silent)
        #expect(conditions == before)
    }

    @Test func `conditions are removed by type`() {
        var conditions = [condition(.true, "Done", at: 1)]
        conditions.remove("Other")
        #expect(conditions.count == 1)
        conditions.remove("Ready")
        #expect(conditions.isEmpty)
    }

    @Test func `a status keeps the newest entries of its history`() {
        var status = ForecastModelStatus()
        for version in 1...30 {
            status.record(
                HistoryEntry(
                    time: Date(timeIntervalSince1970: Double(version)), type: "Promoted", version: version, message: "")
            )
        }
        #expect(status.history?.count == ForecastModelStatus.historyLength)
        #expect(status.history?.last?.version == 30)
        #expect(status.history?.first?.version == 11)
    }
}
