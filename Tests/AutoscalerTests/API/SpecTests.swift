import Autoscaler
import ForecastEngine
import Foundation
import Testing

struct SpecTests {
    private func model(_ json: String) throws -> ForecastModelSpec {
        try JSONDecoder().decode(ForecastModelSpec.self, from: Data(json.utf8))
    }

    @Test func `what is left out takes the documented defaults`() throws {
        let spec = try model(#"{"source": {"csv": {"path": "a.csv"}}, "targetRef": {"name": "a"}}"#)
        #expect(spec.horizon == .day)
        #expect(spec.scaling.mode == .recommend)
        #expect(spec.scaling.conflictPolicy == .yield)
        #expect(spec.scaling.tolerancePercent == 10)
        #expect(spec.targetRef?.kind == "Deployment")
        #expect(spec.training.timeZone == "Etc/UTC")
        #expect(spec.validate().isEmpty)
    }

    @Test func `what is left out of a list's items takes the documented defaults`() throws {
        let spec = try model(
            #"""
            {"source": {}, "targetRef": {"name": "a"}, "scaling": {"containers": [{"name": "app"}],
             "windows": [{"start": "22:00", "end": "04:00"}]}}
            """#)
        let container = try #require(spec.scaling.containers.first)
        #expect(container.mode == .auto && container.controlledResources == [.cpu, .memory])
        #expect(container.controlledValues == .requestsAndLimits)
        let window = try #require(spec.scaling.windows.first)
        #expect(window.days == ChangeWindow.Day.allCases && window.timeZone == "Etc/UTC")
    }

    @Test(arguments: [
        (#"{"source": {}, "algorithm": {"growth": "flat", "seed": 1, "seasonLengths": [7]}}"#, []),
        (#"{"source": {}, "targetRef": {"name": "a"}, "algorithm": {"holidays": []}}"#, []),
        (
            #"{"source": {}, "algorithm": {"name": "ETS", "growth": "flat", "scaling": "minmax", "seed": 1}}"#,
            [
                "spec.algorithm.growth is for Prophet and Auto, and the algorithm is ETS",
                "spec.algorithm.scaling is for Prophet and Auto, and the algorithm is ETS",
            ]
        ),
        (
            #"{"source": {}, "scaling": {"windows": [{"start": "22:00", "end": "04:00"}]}}"#,
            ["spec.scaling.windows is about a target, and there is no targetRef"]
        ),
        (
            #"""
            {"source": {}, "targetRef": {"name": "a"}, "scaling": {"containers": [{"name": "a", "limitPercent": 150},
             {"name": "b", "limitPercent": 150, "controlledValues": "RequestsOnly"}]}}
            """#,
            ["spec.scaling.containers[1].limitPercent is about limits, which controlledValues leaves alone"]
        ),
    ])
    func `what changes nothing is named, and no mistake`(json: String, found: [String]) throws {
        #expect(try model(json).withoutEffect == found)
    }

    @Test func `a workload is learnt by Auto, other series by Prophet, unless told`() throws {
        #expect(try model(#"{"source": {}, "targetRef": {"name": "a"}}"#).algorithmName == .auto)
        #expect(try model(#"{"source": {}}"#).algorithmName == .prophet)
        #expect(try model(#"{"source": {}, "algorithm": {"name": "ETS"}}"#).algorithmSettings.name == .ets)
    }

    @Test func `Prophet's parameters reach the engine by their own names`() throws {
        let settings = try model(
            #"""
            {"source": {}, "algorithm": {"growth": "flat", "changepointPriorScale": 0.5, "yearlySeasonality": "disabled",
             "weeklySeasonality": 3, "dailySeasonality": "enabled", "seasonalityMode": "multiplicative", "intervalWidth": 0.9,
             "changepoints": ["2026-01-02"], "countryHolidays": "DE", "seed": 7, "seasonLengths": [24],
             "holidays": [{"name": "sale", "dates": ["2026-01-01", "2026-06-01"], "lowerWindow": -1}],
             "extraRegressors": [{"name": "promo", "standardize": false}],
             "seasonalities": [{"name": "shift", "period": 0.5, "fourierOrder": 2, "conditionName": "on"}]}}
            """#
        ).algorithmSettings
        let prophet = settings.prophet
        #expect(prophet.growth == .flat)
        #expect(prophet.changepointPriorScale == 0.5)
        #expect(prophet.yearlySeasonality == .off)
        #expect(prophet.weeklySeasonality == .order(3))
        #expect(prophet.dailySeasonality == .on)
        #expect(prophet.seasonalityMode == .multiplicative)
        #expect(prophet.changepoints == [1_767_312_000])
        #expect(prophet.countryHolidays == "DE")
        #expect(prophet.holidays.map(\.time) == [1_767_225_600, 1_780_272_000])
        #expect(prophet.holidays.map(\.lowerWindow) == [-1, -1])
        #expect(prophet.extraRegressors.first?.standardize == .off)
        #expect(prophet.seasonalities.first?.conditionName == "on")
        #expect(settings.seed == 7)
        #expect(settings.seasonLengths == [24])
        #expect(settings.intervalWidth == 0.9 && prophet.intervalWidth == 0.9)
        // What is not written keeps Prophet's default.
        #expect(prophet.nChangepoints == ProphetSettings().nChangepoints)
    }

    @Test func `a store and a cache in a lasting volume are accepted, with their defaults`() throws {
        let spec = try model(
            #"""
            {"source": {"prometheus": {"url": "http://p", "cache": {"path": "/cache/shop"}}}, "targetRef": {"name": "a"},
             "registry": {"s3": {"bucket": "b"}},
             "training": {"volumes": [{"name": "c", "persistentVolumeClaim": {"claimName": "shop"}}],
                          "volumeMounts": [{"name": "c", "mountPath": "/cache"}]}}
            """#)
        #expect(spec.validate() == [])
        #expect(spec.registry?.s3?.prefix == "presage" && spec.registry?.s3?.region == "us-east-1")
        #expect(spec.source.prometheus?.cache?.overlap == .hours(6))
        #expect(spec.source.prometheus?.cache?.maximumSize.doubleValue == 1_073_741_824)
    }

    @Test func `a run takes from its model what it leaves out, and keeps what it says`() throws {
        var spec = try model(
            #"{"source": {"csv": {"path": "a"}}, "targetRef": {"name": "a"}, "training": {"holdout": "2d", "image": "i"}}"#
        )
        spec.horizon = .week
        var run = TrainingJobSpec(modelRef: LocalReference(name: "m"))
        run.algorithm = AlgorithmSpec(name: .theta)
        let full = run.completed(from: spec)
        #expect(full.algorithm?.name == .theta)
        #expect(full.horizon == .week)
        #expect(full.holdout == .days(2))
        #expect(full.pod?.image == "i")
        #expect(full.source == spec.source)
        // The default that hangs on the model's target is settled in the run.
        #expect(TrainingJobSpec(model: "m", spec: spec).algorithm?.name == .auto)
        #expect(full.completed(from: try model(#"{"source": {}}"#)) == full)
    }
}
