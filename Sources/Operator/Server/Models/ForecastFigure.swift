import Autoscaler
import Charts
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// The figure of a model's forecast: what was used, what will be, and the requests and limits for it.
struct ForecastFigure {
    /// No figure has more panels.
    static let mostPanels = 12

    let question: ForecastQuestion
    let artifact: ModelArtifact
    /// Nil of a model without a target.
    let recommendation: Recommendation?

    func chart(of models: [TrainedModel]) -> ForecastChart {
        let score = question.smape.map { ", SMAPE \(Promotion.percent($0))" } ?? ""
        let shown = models.prefix(Self.mostPanels)
        let count = shown.count == models.count ? "" : "; \(shown.count) of \(models.count) series"
        return ForecastChart(
            title: "\(question.model), \(question.window.title)",
            subtitle: "version \(question.version) (\(question.algorithm)\(score))\(count)",
            panels: shown.map(panel))
    }

    private func panel(_ model: TrainedModel) -> ForecastPanel {
        let part = WorkloadPredictor.parse(series: model.seriesID)
        let isTotal = part?.resource == .cpu && part.map { pods.containers[$0.container] != nil } ?? false
        var panel = ForecastPanel(
            series: model.history ?? TimeSeries(id: model.seriesID, times: [], values: []),
            unit: part.map { $0.resource == .cpu ? .cores : .bytes } ?? .number)
        panel.title = part.map { "\($0.container): \($0.resource.title)" } ?? model.seriesID
        if isTotal { panel.subtitle = replicas == 1 ? "of the only pod" : "of all \(replicas) pods together" }
        // From the end of the history on: what lies between it and now is forecast too.
        switch model.forecast(from: model.end, through: question.end) {
        case .success(let forecast): panel.forecast = forecast
        case .failure(let reason): panel.subtitle = reason.message
        }
        let now = Int(question.origin.timeIntervalSince1970)
        panel.marks = [ChartMark(time: now, label: "now")]
        if let part {
            // Where nothing from before is shown, what the target has stands beside what it would get.
            let past = panel.history.first.map { ($0.time, now) } ?? (question.start, question.end)
            panel.levels = levels(part.container, part.resource, isTotal: isTotal, past: past)
        }
        return panel
    }

    /// How many pods a total is of: those that are wanted now, or where there is no target, those of the history.
    private var replicas: Int {
        max(1, question.replicas ?? Int(pods.containers.values.first?.pods.rounded() ?? 1))
    }

    private var pods: PodShares {
        PodShares(metadata: artifact.metadata, replicas: question.replicas)
    }

    /// What the container has now, and what it would get; of a total over pods, all pods' together.
    private func levels(
        _ container: String, _ resource: ResourceName, isTotal: Bool, past: (start: Int, end: Int)
    ) -> [ChartLevel] {
        func level(
            _ list: Autoscaler.ResourceList?, _ label: String, _ style: ChartLevel.Style, _ from: Int, _ to: Int
        ) -> ChartLevel? {
            guard let value = list?[resource]?.doubleValue else { return nil }
            return ChartLevel(
                label: label, value: isTotal ? value * Double(replicas) : value, from: from, to: to,
                style: style)
        }
        let has = question.containers?.first { $0.name == container }?.resources
        let target = recommendation?.containers.first { $0.name == container }?.target
        let end = question.end
        return [
            level(has?.requests, "request now", .requestBefore, past.start, past.end),
            level(has?.limits, "limit now", .limitBefore, past.start, past.end),
            level(target?.requests, "request", .request, question.start, end),
            level(target?.limits, "limit", .limit, question.start, end),
        ].compactMap { $0 }
    }
}
