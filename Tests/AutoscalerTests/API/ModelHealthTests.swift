import Foundation
import Testing

@testable import Autoscaler

/// Which conditions are bad, and what is said first of a model.
struct ModelHealthTests {
    private func condition(_ type: String, _ status: Condition.Status, _ reason: String) -> Condition {
        Condition(type: type, status: status, reason: reason, lastTransitionTime: .distantPast)
    }

    @Test func `what is wrong comes first, and with it its reason`() {
        let ready = condition("Ready", .true, "Accepted")
        let trained = condition("Trained", .true, "InProduction")
        func health(_ conditions: Condition...) -> String {
            let health = ModelHealth(conditions)
            return "\(health.level.rawValue) \(health.reason)"
        }
        #expect(health() == "Waiting Pending")
        #expect(health(ready) == "Good Accepted")
        #expect(health(condition("Ready", .true, "Template")) == "Good Template")
        #expect(health(ready, condition("Trained", .false, "Learning")) == "Waiting Learning")
        #expect(health(ready, trained, condition("Scaled", .true, "UpToDate")) == "Good UpToDate")
        // Somebody wants it so.
        #expect(health(ready, trained, condition("Scaled", .false, "RecommendOnly")) == "Good RecommendOnly")
        #expect(health(ready, trained, condition("Scaled", .false, "FieldConflict")) == "Warning FieldConflict")
        #expect(health(ready, trained, condition("Scaled", .false, "NoForecast")) == "Warning NoForecast")
        #expect(
            health(ready, trained, condition("LowConfidence", .true, "WorseThanBaseline"))
                == "Warning WorseThanBaseline")
        #expect(health(ready, trained, condition("LowConfidence", .false, "Confident")) == "Good Ready")
        #expect(
            health(condition("Ready", .false, "InvalidSpec"), condition("Stalled", .true, "Why"), trained)
                == "Failing InvalidSpec")
        // kstatus' own: it is under way, which says nothing of how it is.
        #expect(health(ready, trained, condition("Reconciling", .true, "Progressing")) == "Good Ready")
        #expect(health(ready, condition("ForecastsWritten", .unknown, "Writing"), trained) == "Good Ready")
    }

    @Test func `every condition of a model is judged on purpose`() throws {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        let source = try String(
            contentsOf: folder.appending(path: "Sources/Autoscaler/API/ConditionType.swift"), encoding: .utf8)
        let types = source.matches(of: /static let \w+ = "(\w+)"/).map { String($0.1) }
        #expect(types.count > 15)
        let good = types.filter { condition($0, .true, "Any").health == .good }
        // What is new comes here, or among the troubles of `Condition.health`.
        #expect(
            good.sorted() == [
                "Evaluated", "ForecastsWritten", "HistoryAvailable", "Prepared", "Ready", "Scaled", "Trained",
                "TrainingHealthy", "Validated",
            ])
        for type in types where !good.contains(type) {
            #expect(condition(type, .false, "Any").health == nil, "\(type)")
        }
    }

    @Test func `the worst level is the smallest`() {
        #expect(ModelHealth.Level.allCases.sorted() == [.failing, .warning, .waiting, .good])
        #expect(ModelHealth.Level.allCases.filter(\.needsAttention) == [.failing, .warning])
    }
}
