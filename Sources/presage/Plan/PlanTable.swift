import Autoscaler
import Foundation

/// A plan as a person reads it in a terminal.
struct PlanTable {
    var plans: [ModelPlan]

    /// The text, with a line break at its end.
    var text: String {
        plans.map(section).joined(separator: "\n")
    }

    private func section(_ plan: ModelPlan) -> String {
        var lines = ["ForecastModel \(plan.namespace)/\(plan.name)"]
        if let target = plan.target { lines[0] += " → Deployment \(target)" }
        lines.append(
            "  history    \(Self.minute(plan.historyStart)) to \(Self.minute(plan.historyEnd)), taken as the present")
        lines.append("  model      \(plan.algorithm)\(score(plan)), for \(plan.horizon.phrase)")
        lines.append("  result     \(plan.wouldChange ? "would change: " : "no change: ")\(plan.message)")
        lines += plan.warnings.map { "  warning    \($0)" }
        let rows = rows(plan)
        if !rows.isEmpty {
            lines.append("")
            var table = TextTable(head: ["CONTAINER", "NUMBER", "NOW", "PLAN", "CHANGE"])
            table.rows += rows
            lines += table.lines.map { "  \($0)" }
            lines.append("")
            lines += (plan.recommendation?.explanations ?? []).map { "  \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func score(_ plan: ModelPlan) -> String {
        guard let smape = plan.smape else { return "" }
        let baseline = plan.baselineSmape.map { ", seasonal naive \(Promotion.percent($0))" } ?? ""
        return " (SMAPE \(Promotion.percent(smape))\(baseline))"
    }

    /// One row for each number that is recommended, changed or not.
    private func rows(_ plan: ModelPlan) -> [[String]] {
        (plan.recommendation?.containers ?? []).flatMap { container -> [[String]] in
            ResourceName.allCases.flatMap { resource in
                [("requests", container.target.requests), ("limits", container.target.limits)].compactMap {
                    field, list -> [String]? in
                    guard let to = list?[resource] else { return nil }
                    let change = plan.changes.first {
                        $0.container == container.name && $0.field == field && $0.resource == resource
                    }
                    let title = "\(resource.rawValue) \(field.dropLast())"
                    let now = change.map { $0.from?.description ?? "unset" } ?? to.description
                    return [container.name, title, now, to.description, Self.difference(change)]
                }
            }
        }
    }

    private static func difference(_ change: ScalingDecision.Change?) -> String {
        guard let change else { return "–" }
        guard let from = change.from, from.doubleValue > 0 else { return "new" }
        let percent = ((change.to.doubleValue / from.doubleValue - 1) * 100).rounded()
        return percent > 0 ? "+\(Int(min(percent, 1e9)))%" : percent < 0 ? "\(Int(percent))%" : "±0%"
    }

    private static func minute(_ date: Date) -> String {
        let style = Date.ISO8601FormatStyle(dateSeparator: .dash, timeZone: .gmt).year().month().day()
            .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return "\(date.formatted(style).dropLast(3)) UTC"
    }
}
