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

    @Test(arguments: [
        ("ErrImagePull", "ErrImagePull"), ("a,b:C_1", "a,b:C_1"), ("no data", "NoData"),
        ("data-too-short!", "DataTooShort"),
        ("404 Not Found", "NotFound"), ("Zu wenig Geschichte: größe", "ZuWenigGeschichteGrE"), ("ends,", "Ends"),
        ("", "Unnamed"), ("…", "Unnamed"), ("two\nlines", "TwoLines"),
        (String(repeating: "x", count: 2000), "X" + String(repeating: "x", count: 1023)),
    ])
    func `a reason that is no word is made one, for the API refuses the whole status otherwise`(
        given: String, kept: String
    ) {
        var conditions: [Condition] = []
        conditions.set(condition(.false, given, at: 1))
        #expect(conditions["Ready"]?.reason == kept)
        // And again: what holds stays as it is.
        let before = conditions
        conditions.set(condition(.false, given, at: 2))
        #expect(conditions == before)
    }

    @Test func `so is a type`() {
        var conditions: [Condition] = []
        var odd = condition(.true, "Done", at: 1)
        odd.type = "step_one of 2"
        conditions.set(odd)
        #expect(conditions.map(\.type) == ["StepOneOf2"])
        conditions.set(odd)
        #expect(conditions.count == 1)
    }

    @Test func `what a trainer found is cut to what the API takes, letter by letter of its alphabet`() {
        // One letter that is two scalars.
        let long = String(repeating: "\u{0915}\u{093F}", count: 400)
        let failure = SeriesFailure(series: long, reason: long)
        #expect(failure.series.unicodeScalars.count == 512 && failure.reason.unicodeScalars.count == 512)
        let finding = HistoryFinding(kind: long, count: -1, series: -1, example: long)
        #expect(finding.kind.unicodeScalars.count == 64 && finding.example.unicodeScalars.count == 512)
        #expect(finding.count == 0 && finding.series == 0)
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
