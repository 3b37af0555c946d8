import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import Testing

@testable import Playground

/// The Swift types and the CRD schemas say the same.
struct SchemaAgreementTests {
    @Test func `every field of a ForecastModel is in the schema, and the other way round`() throws {
        let schema = try Schema(crd: "forecastmodels")
        let spec = try JSONValue(encoding: FullSpecs.model)
        let status = try JSONValue(encoding: FullSpecs.modelStatus)
        #expect(try schema.at("spec").differences(from: spec, path: "spec") == [])
        #expect(try schema.at("status").differences(from: status, path: "status") == [])
    }

    @Test func `every field of a TrainingJob is in the schema, and the other way round`() throws {
        let schema = try Schema(crd: "trainingjobs")
        var job = TrainingJobSpec(model: "a", spec: FullSpecs.model)
        job.source = FullSpecs.source
        job.suspend = false
        job.refresh = false
        let status = try JSONValue(encoding: FullSpecs.jobStatus)
        #expect(try schema.at("spec").differences(from: try JSONValue(encoding: job), path: "spec") == [])
        #expect(try schema.at("status").differences(from: status, path: "status") == [])
    }

    @Test(arguments: [
        "{source: {csv: {path: a}}}",
        "{source: {csv: {s3: {bucket: b, key: k}}}, targetRef: {name: a}}",
        "{source: {csv: {path: a}}, output: {postgresql: {host: h, database: d}}}",
        "{source: {csv: {path: a}}, output: {s3: {bucket: b, key: k}}}",
        "{source: {prometheus: {url: http://p, cache: {path: /c}}}}",
        "{source: {csv: {path: a}}, registry: {s3: {bucket: b}}}",
        "{source: {csv: {s3: {bucket: b, key: k, tls: {}}}}, registry: {s3: {bucket: b, tls: {}}}}",
        "{source: {postgresql: {host: h, database: d, query: q}}}",
        "{source: {prometheus: {url: http://p, tls: {}}}, scaling: {}}",
    ])
    func `the defaults of a ForecastModel are the same`(text: String) throws {
        let written = try YAML.parseOne(text)
        let bySchema = try Schema(crd: "forecastmodels").at("spec").defaulting(written)
        let bySwift = try JSONValue(encoding: try written.decode(ForecastModelSpec.self))
        #expect(bySwift.normalized == bySchema.normalized)
    }

    @Test(arguments: ["{modelRef: {name: a}}", "{modelRef: {name: a}, source: {csv: {s3: {bucket: b, key: k}}}}"])
    func `the defaults of a TrainingJob are the same`(text: String) throws {
        let written = try YAML.parseOne(text)
        let bySchema = try Schema(crd: "trainingjobs").at("spec").defaulting(written)
        let bySwift = try JSONValue(encoding: try written.decode(TrainingJobSpec.self))
        #expect(bySwift.normalized == bySchema.normalized)
    }

    /// Who applies on the client's side (kubectl, Argo CD) sends a list as a whole, and would find what the server had filled in
    /// to be a change, for ever.
    @Test(arguments: ["forecastmodels", "trainingjobs"])
    func `nothing is filled in within lists`(crd: String) throws {
        func defaults(_ schema: JSONValue, _ path: String, inList: Bool) -> [String] {
            (inList && schema["default"] != nil ? [path] : [])
                + (schema["properties"]?.objectValue ?? [:]).flatMap {
                    defaults($0.value, "\(path).\($0.key)", inList: inList)
                } + (schema["items"].map { defaults($0, "\(path)[]", inList: true) } ?? [])
        }
        #expect(defaults(try Schema(crd: crd).at("spec").json, "spec", inList: false) == [])
    }

    @Test func `what is read over the defaults is what was written`() throws {
        let model = try JSONValue(encoding: FullSpecs.model)
        #expect(try model.decode(ForecastModelSpec.self) == FullSpecs.model)
        #expect(
            try JSONValue(encoding: FullSpecs.modelStatus).decode(ForecastModelStatus.self) == FullSpecs.modelStatus)
        #expect(try JSONValue(encoding: FullSpecs.jobStatus).decode(TrainingJobStatus.self) == FullSpecs.jobStatus)
    }

    @Test func `enumerations have the same cases`() throws {
        let spec = try Schema(crd: "forecastmodels").at("spec")
        func cases<Value: RawRepresentable & CaseIterable>(_: Value.Type) -> [String] where Value.RawValue == String {
            Value.allCases.map(\.rawValue)
        }
        let pairs: [(Schema, [String])] = [
            (try spec.at("horizon"), cases(Horizon.self)),
            (try spec.at("source", "postgresql", "sslMode"), cases(PostgreSQLSSLMode.self)),
            (try spec.at("deletionPolicy"), cases(ForecastModelSpec.DeletionPolicy.self)),
            (try spec.at("algorithm", "name"), cases(AlgorithmName.self)),
            (try spec.at("algorithm", "growth"), cases(ProphetSettings.Growth.self)),
            (try spec.at("algorithm", "seasonalityMode"), cases(ProphetSettings.Mode.self)),
            (try spec.at("algorithm", "scaling"), cases(ProphetSettings.Scaling.self)),
            (try spec.at("algorithm", "countryHolidays"), CountryHolidays.codes),
            (try spec.at("training", "preparation", "aggregation"), cases(Preparation.Aggregation.self)),
            (try spec.at("training", "preparation", "gaps"), cases(Preparation.Gaps.self)),
            (try spec.at("training", "preparation", "outliers"), cases(Preparation.Outliers.self)),
            (try spec.at("promotion", "approval"), cases(PromotionSpec.Approval.self)),
            (try spec.at("training", "concurrencyPolicy"), cases(TrainingSpec.ConcurrencyPolicy.self)),
            (try spec.at("promotion", "baseline"), cases(PromotionSpec.Baseline.self)),
            (try spec.at("output", "postgresql", "sslMode"), cases(PostgreSQLSSLMode.self)),
            (try spec.at("scaling", "mode"), cases(ScalingSpec.Mode.self)),
            (try spec.at("scaling", "statistic"), cases(ScalingSpec.Statistic.self)),
            (try spec.at("scaling", "method"), cases(ScalingSpec.Method.self)),
            (try spec.at("scaling", "conflictPolicy"), cases(ScalingSpec.ConflictPolicy.self)),
            (try spec.at("scaling", "containers", "[]", "mode"), cases(ContainerPolicy.Mode.self)),
            (
                try spec.at("scaling", "containers", "[]", "controlledValues"),
                cases(ContainerPolicy.ControlledValues.self)
            ),
            (try spec.at("scaling", "containers", "[]", "controlledResources", "[]"), cases(ResourceName.self)),
            (try spec.at("scaling", "windows", "[]", "days", "[]"), cases(ChangeWindow.Day.self)),
            (try Schema(crd: "trainingjobs").at("status", "phase"), cases(TrainingJobStatus.Phase.self)),
        ]
        for (schema, expected) in pairs {
            #expect(Set(schema.json["enum"]?.arrayValue?.compactMap(\.stringValue) ?? []) == Set(expected))
        }
    }

    @Test func `patterns are those of the Swift types`() throws {
        let spec = try Schema(crd: "forecastmodels").at("spec")
        #expect(try spec.at("registry", "s3", "prefix").json["pattern"]?.stringValue == S3Folder.prefixPattern)
        #expect(try spec.at("training", "holdout").json["pattern"]?.stringValue == TimeSpan.pattern)
        #expect(try spec.at("scaling", "windows", "[]", "start").json["pattern"]?.stringValue == ChangeWindow.pattern)
        #expect(try spec.at("algorithm", "changepoints", "[]").json["pattern"]?.stringValue == PointInTime.pattern)
    }

    @Test(arguments: [
        ("forecastmodels", "{source: {}}", "name exactly one source: prometheus, csv or postgresql"),
        (
            "forecastmodels", "{source: {csv: {path: a}, prometheus: {url: http://p}}}",
            "name exactly one source: prometheus, csv or postgresql"
        ),
        ("forecastmodels", "{source: {csv: {path: a}}}", nil),
        (
            "forecastmodels", "{source: {csv: {path: a}}, output: {}}",
            "name exactly one place to write to: postgresql, s3 or csv"
        ),
        ("forecastmodels", "{source: {csv: {path: a}}, output: {s3: {bucket: b, key: k}}}", nil),
        ("trainingjobs", "{modelRef: {name: a}, source: {}}", "name exactly one source: prometheus, csv or postgresql"),
        ("trainingjobs", "{modelRef: {name: a}, source: {csv: {path: a}}}", nil),
        ("trainingjobs", "{modelRef: {name: a}}", nil),
        ("forecastmodels", "{source: {csv: {}}}", "by exactly one of path, url, configMap and s3"),
        ("forecastmodels", "{source: {csv: {recorded: true, columns: {id: a}}}}", "of path, url, configMap and s3"),
        ("forecastmodels", "{source: {csv: {path: a, url: http://b}}}", "of path, url, configMap and s3"),
        ("trainingjobs", "{modelRef: {name: a}, source: {csv: {}}}", "of path, url, configMap and s3"),
        ("trainingjobs", "{modelRef: {name: a}, source: {csv: {s3: {bucket: b, key: k}, recorded: true}}}", nil),
        (
            "forecastmodels", "{source: {csv: {path: a}}, training: {volumes: [{name: a}]}}",
            "name exactly one of configMap, secret, persistentVolumeClaim, emptyDir and nfs"
        ),
        (
            "trainingjobs", "{modelRef: {name: a}, pod: {env: [{name: a, valueFrom: {}}]}}",
            "name exactly one of configMapKeyRef, secretKeyRef and fieldRef"
        ),
        ("forecastmodels", "{source: {csv: {path: a}}, training: {volumes: [{name: a, emptyDir: {}}]}}", nil),
    ])
    func `where one of several is to be named, one sentence says which there are`(
        plural: String, spec: String, message: String?
    ) throws {
        let resource: JSONValue = ["spec": try YAML.parseOne(spec)]
        let schema = try Schema(crd: plural)
        let errors = StructuralSchema(schema.json).errors(resource: resource, old: nil)
        if let message {
            #expect(errors.contains { $0.detail.hasSuffix(message) }, "\(errors)")
        } else {
            #expect(errors.isEmpty, "\(errors)")
        }
        // Servers before 1.25 drop the rules, and later ones look at none beside a field that is required: it is refused
        // either way, and no single source is called for.
        let old = StructuralSchema(schema.json.withoutRules).errors(resource: resource, old: nil)
        #expect(old.isEmpty == (message == nil) && !old.contains { $0.reason == "FieldValueRequired" }, "\(old)")
    }

    @Test func `the share of changepoints has the bounds of the engine, which are Prophet's`() throws {
        let schema = StructuralSchema(try Schema(crd: "forecastmodels").json)
        for (range, isAllowed) in [(-0.01, false), (0, true), (0.5, true), (1, true), (1.01, false)] {
            var spec = FullSpecs.model
            spec.algorithm.changepointRange = range
            let mistakes = spec.validate().filter { $0.description.contains("changepointRange") }
            #expect(mistakes.isEmpty == isAllowed, "\(range): \(mistakes)")
            let written: JSONValue = [
                "spec": ["source": ["csv": ["path": "a"]], "algorithm": ["changepointRange": .double(range)]]
            ]
            #expect(schema.errors(resource: written, old: nil).isEmpty == isAllowed, "\(range)")
            var settings = ProphetSettings()
            settings.changepointRange = range
            #expect(((try? settings.validate()) != nil) == isAllowed, "\(range)")
        }
    }

    @Test(arguments: ["forecastmodels", "trainingjobs"])
    func `every field is described, typed and small enough for kubectl apply`(plural: String) throws {
        #expect(try Repository.bytes("crds/presage.dev_\(plural).yaml").count < 200 * 1024)
        // An API server refuses a definition that says more of `metadata` than its type.
        for (path, schema) in try Schema(crd: plural).walk() where path != ".metadata" {
            let isItem = path.hasSuffix("[]")
            #expect(isItem || schema.json["description"] != nil, "\(path)")
            #expect(schema.json["type"] != nil || schema.json["x-kubernetes-int-or-string"] != nil, "\(path)")
            if schema.json["type"]?.stringValue == "array" {
                #expect(schema.json["x-kubernetes-list-type"] != nil, "\(path)")
            }
        }
    }

    @Test func `of a TrainingJob only suspend changes, and a status is apart`() throws {
        for plural in ["forecastmodels", "trainingjobs"] {
            let crd = try #require(try YAML.parse(try Repository.bytes("crds/presage.dev_\(plural).yaml")).first)
            #expect(crd["spec", "versions", 0, "subresources", "status"] == [:])
            #expect(crd["spec", "names", "categories"] == ["presage"])
        }
        let spec = try Schema(crd: "trainingjobs").at("spec")
        let rule = try #require(spec.json["x-kubernetes-validations"]?[0, "rule"]?.stringValue)
        // One rule that compares everything would be dearer than what real API servers allow.
        for (field, schema) in spec.properties {
            let rules = (schema["x-kubernetes-validations"]?.arrayValue ?? []).map { $0["rule"]?.stringValue }
            let isKept = rule.contains("has(self.\(field)) == has(oldSelf.\(field))") || field == "modelRef"
            #expect((rules.contains("self == oldSelf") && isKept) == (field != "suspend"), "\(field)")
        }
    }
}

extension JSONValue {
    /// The schema as a server keeps it that does not know rules.
    fileprivate var withoutRules: JSONValue {
        switch self {
        case .object(let object):
            .object(
                JSONObject(
                    object.filter { $0.key != "x-kubernetes-validations" }.map { ($0.key, $0.value.withoutRules) }))
        case .array(let array): .array(array.map(\.withoutRules))
        default: self
        }
    }

    fileprivate subscript(index: Int, key: String) -> JSONValue? {
        arrayValue.flatMap { $0.indices.contains(index) ? $0[index][key: key] : nil }
    }
}
