import Autoscaler
import DataSources
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Operator

/// Makes the decision for one model as the operator would: the same training, prediction and rules, no cluster.
///
/// The history is a recording: its last row is the present. What only a cluster knows is left out: change windows,
/// the cooldown, and whether the mode is Apply, for it is the reader of the plan who applies it.
struct Planner: Sendable {
    var threads: Int
    /// Takes one line of progress.
    var progress: @Sendable (String) -> Void

    /// Plans one model.
    func plan(_ subject: PlanSubject, history: History) async throws(PlanError) -> ModelPlan {
        let place = "ForecastModel \(subject.namespace)/\(subject.name)"
        try checkMeaning(history, of: subject, at: place)
        let end = history.series.compactMap(\.times.last).max() ?? 0
        let present = Date(timeIntervalSince1970: Double(end))

        let result: Trainer.Result
        do {
            var trainer = Trainer(
                run: run(subject, asOf: present), champion: nil, threads: threads, now: { present }, progress: progress)
            result = try await trainer.train(history)
        } catch {
            throw PlanError(.untrainable, at: place, error.message)
        }
        let prediction = WorkloadPredictor(subject.spec).predict(
            result.artifact.models, from: end,
            pods: PodShares(metadata: result.artifact.metadata, replicas: subject.replicas))

        var spec = subject.spec
        if spec.scaling.mode == .recommend { spec.scaling.mode = .apply }
        spec.scaling.windows = []
        var input = ScalingInput(spec: spec, prediction: prediction, containers: subject.containers, now: present)
        let claims = subject.autoscalers.keeping(
            ScalingDecision.decide(input).changes, tolerancePercent: spec.scaling.tolerancePercent)
        input.leftToOthers = subject.autoscalers.resources(of: input.containers)
        let decision = ScalingDecision.decide(input)
        if decision.reason == .noForecast { throw PlanError(.noHistory, at: place, decision.message) }
        return ModelPlan(
            subject: subject, decision: decision, manifest: result.manifest, prediction: prediction,
            leftToOthers: input.leftToOthers, claims: claims)
    }

    /// A workload's model needs a workload's history; without this check the mistake would show as odd sizes at best.
    private func checkMeaning(_ history: History, of subject: PlanSubject, at place: String) throws(PlanError) {
        guard subject.spec.targetRef != nil else { return }
        let usable = history.series.contains { WorkloadPredictor.parse(series: $0.id) != nil }
        guard usable else {
            let found = history.series.prefix(3).map(\.id).joined(separator: ", ")
            throw PlanError(
                .noHistory, at: place,
                "the history holds the series \(found), none of them <container>/cpu or <container>/memory; a workload "
                    + "needs the columns timestamp,container,cpu,memory")
        }
    }

    private func run(_ subject: PlanSubject, asOf present: Date) -> TrainingRun {
        let spec = subject.spec
        var run = TrainingRun(
            model: .init(namespace: subject.namespace, name: subject.name, uid: ""),
            trainingJob: .init(namespace: subject.namespace, name: "plan", uid: ""), asOf: present,
            source: .init(recorded: true), algorithm: spec.algorithmSettings, horizonSeconds: spec.horizon.span.seconds,
            holdoutSeconds: spec.training.holdout?.seconds, minimumImprovement: spec.promotion.minimumImprovement,
            scoresBaseline: spec.promotion.baseline == .seasonalNaive, champion: nil, artifact: .init(name: "plan"))
        run.preparation = spec.training.preparation.preparation
        run.origins = spec.training.origins
        run.toleratedFailuresPercent = spec.training.toleratedFailures
        return run
    }
}
