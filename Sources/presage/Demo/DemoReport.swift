import Autoscaler
import Charts
import ForecastEngine
import Foundation
import Operator

/// What the demo prints and draws at its end.
struct DemoReport {
    let workload: DemoWorkload
    let record: DemoRecord
    let output: URL
    let title: String

    /// Prints the tables and writes the picture.
    func show(seconds: Double, usage: (peakMemoryMiB: Double, cpuSeconds: Double)?) throws {
        DemoProgress.say(
            "\nThe versions that were put up, scored by SMAPE (0 is exact, 200 the worst) on data that none had seen:\n"
        )
        runs.ruled.forEach { DemoProgress.say("  \($0)") }
        if !record.after.isEmpty {
            DemoProgress.say("\nDeployment \(workload.name), sized for \(horizon):\n")
            resources.ruled.forEach { DemoProgress.say("  \($0)") }
            DemoProgress.say("\nWhy:")
            record.model?.status?.recommendation?.explanations.forEach { DemoProgress.say("  \($0)") }
            DemoProgress.say("\n  owners of its fields: \(record.owners.joined(separator: ", "))")
        }
        if let scaled = record.model?.status?.conditions?["Scaled"], scaled.status == .false {
            DemoProgress.say("\nNot scaled (\(scaled.reason)): \(scaled.message)")
        }
        let picture = output.appending(path: "demo.svg")
        try Data(chart.svg().utf8).write(to: picture)
        DemoProgress.say("\nPicture:   \(picture.path)")
        DemoProgress.say("Manifests: \(output.appending(path: "manifests.yaml").path)")
        var effort = String(format: "The loop took %.1f s.", seconds)
        if let usage {
            effort += String(
                format: " The operator used %.1f s of CPU and %.0f MiB of memory at most.", usage.cpuSeconds,
                usage.peakMemoryMiB)
        }
        DemoProgress.say(effort)
    }

    private var horizon: String { record.model?.spec.horizon.phrase ?? "its horizon" }

    private var runs: TextTable {
        var table = TextTable(head: ["run", "algorithm", "SMAPE", "champion", "seasonal naive", "result"])
        for run in record.runs {
            table.rows.append([
                run.name, run.algorithm, Self.percent(run.smape), Self.percent(run.championSmape),
                Self.percent(run.baselineSmape),
                run.smape == nil
                    ? "failed: \(run.reason)" : run.promoted ? "promoted: version \(run.version ?? 0)" : "refused",
            ])
        }
        return table
    }

    private var resources: TextTable {
        var table = TextTable(head: ["container", "resource", "before", "version 1", "now", "change"])
        for container in workload.history.containers {
            for resource in ["cpu", "memory"] {
                for list in ["requests", "limits"] {
                    let leaf = DemoRecord.Leaf(container: container, list: list, resource: resource)
                    guard let after = record.after[leaf] else { continue }
                    var change = "—"
                    if let before = record.before[leaf], before.doubleValue > 0 {
                        change = String(format: "%+.0f%%", 100 * (after.doubleValue / before.doubleValue - 1))
                    }
                    table.rows.append([
                        container, "\(resource) \(list == "requests" ? "request" : "limit")",
                        record.before[leaf]?.description ?? "unset", record.first[leaf]?.description ?? "unset",
                        after.description, change,
                    ])
                }
            }
        }
        return table
    }

    private var chart: ForecastChart {
        let models = record.artifact?.models ?? []
        let panels = models.prefix(12).map(panel)
        let version = record.model?.status?.production
        let score = version?.smape.map { ", SMAPE \(Promotion.percent($0))" } ?? ""
        return ForecastChart(
            title: record.after.isEmpty
                ? "Forecasts of \(title)" : "Deployment \(workload.name), sized by its forecast",
            subtitle: "\(title); version \(version?.version ?? 0) (\(version?.algorithm ?? "?")\(score))",
            panels: Array(panels))
    }

    private func panel(_ model: TrainedModel) -> ForecastPanel {
        let ahead = record.model?.spec.horizon.span.seconds ?? 86_400
        let steps = max(1, model.step.steps(from: model.end, to: model.end + ahead))
        let series = workload.history.series.first { $0.id == model.seriesID }
        let shown = model.end - 7 * ahead
        let points = series.map {
            zip($0.times, $0.values).filter { $0.0 > shown }.map { ChartPoint(time: $0, value: $1) }
        }
        let named = WorkloadPredictor.parse(series: model.seriesID)
        var panel = ForecastPanel(
            title: named.map { "\($0.container): \($0.resource.title)" } ?? model.seriesID,
            unit: named.map { $0.resource == .cpu ? .cores : .bytes } ?? .number, history: points ?? [])
        panel.forecast = try? model.forecast(steps: steps)
        panel.marks = [ChartMark(time: model.end, label: "now")]
        guard let named else { return panel }
        func level(
            _ resources: DemoRecord.Resources, _ list: String, _ label: String, _ style: ChartLevel.Style, _ from: Int,
            _ to: Int
        )
            -> ChartLevel?
        {
            let leaf = DemoRecord.Leaf(container: named.container, list: list, resource: named.resource.rawValue)
            return resources[leaf].map {
                ChartLevel(label: label, value: $0.doubleValue, from: from, to: to, style: style)
            }
        }
        let end = model.end + ahead
        panel.levels = [
            level(record.before, "requests", "request before", .requestBefore, shown, model.end),
            level(record.before, "limits", "limit before", .limitBefore, shown, model.end),
            level(record.after, "requests", "request", .request, model.end, end),
            level(record.after, "limits", "limit", .limit, model.end, end),
        ].compactMap { $0 }
        return panel
    }

    private static func percent(_ value: Double?) -> String {
        value.map(Promotion.percent) ?? "—"
    }
}
