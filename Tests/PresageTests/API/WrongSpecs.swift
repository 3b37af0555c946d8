import KubernetesClient
import Testing

/// A spec that a rule (CEL) of our definitions refuses, and the rule's own words.
struct WrongSpec: Sendable, CustomTestStringConvertible {
    /// Whose spec it is.
    enum Kind: String, Sendable {
        case model = "forecastmodels"
        case run = "trainingjobs"
    }

    var kind = Kind.model
    let text: String
    /// The start of the rule's message.
    let message: String
    /// Where the API server says the mistake is.
    let field: String

    var testDescription: String { "\(kind.rawValue) \(text)" }

    /// The spec as a person would write it.
    var spec: JSONValue {
        get throws { try YAML.parseOne(text) }
    }

    /// One for each rule that is not about a change or a choice of one in several.
    static let all = models + runs

    private static let models = [
        model("{source: {csv: {path: a}}, scaling: {mode: Apply}}", "scaling.mode is Apply", "spec"),
        model("{source: {prometheus: {url: http://p}}}", "the ready-made queries", "spec"),
        model(
            "{source: {prometheus: {url: http://p}}, targetRef: {name: a}, targetSelector: {}}",
            "targetRef and targetSelector exclude each other", "spec"),
        model(
            "{source: {prometheus: {url: http://p}}, targetSelector: {}, promotion: {pinnedVersion: 1}}",
            "each model of a template counts its own versions", "spec"),
        model(
            "{source: {prometheus: {url: http://p}}, targetSelector: {matchExpressions: [{key: a, operator: In}]}}",
            "In and NotIn need at least one value", "spec.targetSelector.matchExpressions[0]"),
        model(
            of("prometheus: {url: 'http://p/?a=b'}"), "give the address with its path alone",
            "spec.source.prometheus.url"),
        model(
            of("prometheus: {url: http://p, step: 0s}"), "write whole numbers with s, m, h, d or w, longer than 0s",
            "spec.source.prometheus.step"),
        model(
            of(
                "prometheus: {url: http://p, auth: {bearerToken: {name: a, key: b}}, sigv4: {region: r, credentialsSecret: {name: a}}}"
            ), "auth and sigv4 exclude each other", "spec.source.prometheus"),
        model(
            of("csv: {url: http://p, auth: {username: {name: a, key: b}}}"),
            "username and password are needed together", "spec.source.csv.auth"),
        model(
            of(
                "prometheus: {url: http://p, auth: {bearerToken: {name: a, key: b}, username: {name: a, key: b}, password: {name: a, key: c}}}"
            ), "bearerToken and username with password", "spec.source.prometheus.auth"),
        model(of("csv: {path: a, tls: {}}"), "auth and tls are for url alone", "spec.source.csv"),
        model(
            of("postgresql: {host: h, database: d, query: q, ca: {name: a, key: b}}"), "with ca, sslMode",
            "spec.source.postgresql"),
        model(
            of("postgresql: {host: h, database: d, query: ' '}"), "write a SELECT", "spec.source.postgresql.query"),
        model(
            of("postgresql: {host: h, database: d, query: q, timeZone: GMT+2}"), "PostgreSQL reads the sign",
            "spec.source.postgresql.timeZone"),
        model(
            of("postgresql: {host: h, database: d, query: q, statementTimeout: 0s}"),
            "write whole numbers with s, m, h, d or w, longer than 0s",
            "spec.source.postgresql.statementTimeout"),
        model(training("schedule: 0 3 * *"), "write five fields", "spec.training.schedule"),
        model(training("schedule: '@fortnightly'"), "write five fields", "spec.training.schedule"),
        model(training("jitter: 5m"), "jitter and startingDeadlineSeconds", "spec.training"),
        model(
            training("holdout: 0h0m"), "write whole numbers with s, m, h, d or w, longer than 0s",
            "spec.training.holdout"),
        model(
            training("preparation: {resample: 0s}"), "write whole numbers with s, m, h, d or w, longer than 0s",
            "spec.training.preparation.resample"),
        model(training("preparation: {aggregation: Sum}"), "aggregation says", "spec.training.preparation"),
        model(
            training("resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}"), "requests.cpu is above limits.cpu",
            "spec.training.resources"),
        model(
            training("resources: {requests: {memory: 2Gi}, limits: {memory: 2G}}"),
            "requests.memory is above limits.memory", "spec.training.resources"),
        model(
            training("env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
            "value and valueFrom exclude each other", "spec.training.env[0]"),
        model(training("env: [{name: TMPDIR}]"), "TMPDIR and JOB_COMPLETION_INDEX", "spec.training.env[0].name"),
        model(
            training("volumes: [{name: run, emptyDir: {}}]"), "the operator has a volume of that name",
            "spec.training.volumes[0].name"),
        model(
            training("volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: b, mountPath: /b}]"),
            "volumeMounts names a volume", "spec.training"),
        model(
            training("volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /tmp/a}]"),
            "/etc/presage and /tmp hold", "spec.training.volumeMounts[0].mountPath"),
        model(training("podLabels: {presage.dev/model: a}"), "labels of presage.dev", "spec.training.podLabels"),
        model(
            "{source: {csv: {path: a}}, promotion: {approvedVersion: 2, rejectedVersion: 2}}",
            "approvedVersion and rejectedVersion", "spec.promotion"),
        model(
            "{source: {csv: {path: a}}, targetRef: {name: a}, scaling: {method: InPlace}}", "InPlace is not supported",
            "spec.scaling.method"),
        model(
            container("requestPercent: 130, limitPercent: 120"), "requestPercent is above", "spec.scaling.containers[0]"
        ),
        model(
            container("minAllowed: {cpu: 2}, maxAllowed: {cpu: 1900m}"), "minAllowed.cpu is above maxAllowed.cpu",
            "spec.scaling.containers[0]"),
        model(
            container("minAllowed: {memory: 1Gi}, maxAllowed: {memory: 1G}"),
            "minAllowed.memory is above maxAllowed.memory", "spec.scaling.containers[0]"),
        model(
            "{targetRef: {name: a}, source: {csv: {path: a}}, scaling: {cooldown: -1h}}",
            "write whole numbers with s, m, h, d or w, such as", "spec.scaling.cooldown"),
        model(
            "{targetRef: {name: a}, source: {csv: {path: a}}, scaling: {windows: [{start: '9:00', end: '17:00'}]}}",
            "write a time of day", "spec.scaling.windows[0].start"),
        model(
            of("prometheus: {url: 'prometheus:9090'}"), "begin it with http:// or https://",
            "spec.source.prometheus.url"),
        model(container("maxAllowed: {cpu: 0}"), "maxAllowed.cpu is in cores", "spec.scaling.containers[0]"),
        model(container("maxAllowed: {memory: 4}"), "maxAllowed.memory is in bytes", "spec.scaling.containers[0]"),
        model(
            "{source: {csv: {path: a}}, output: {csv: {path: /a}, horizon: 0s}}",
            "write whole numbers with s, m, h, d or w, longer than 0s",
            "spec.output.horizon"),
        model(
            "{source: {csv: {path: a}}, output: {postgresql: {host: h, database: d, sslMode: allow, ca: {name: a, key: b}}}}",
            "with ca, sslMode", "spec.output.postgresql"),
        model(
            algorithm("changepoints: ['2026-01-01', '2026-02-30']"), "the month has no such day",
            "spec.algorithm.changepoints[1]"),
        model(
            algorithm("holidays: [{name: sale, dates: ['2028-02-29', '2027-02-30']}]"), "the month has no such day",
            "spec.algorithm.holidays[0].dates[1]"),
        model(
            algorithm("holidays: [{name: sale, dates: ['2026-11-31T08:00:00Z']}]"), "the month has no such day",
            "spec.algorithm.holidays[0].dates[0]"),
    ]

    private static let runs = [
        run("refresh: true, algorithm: {name: Naive}", "a refresh fits the recipe", "spec"),
        run("pod: {env: [{name: JOB_COMPLETION_INDEX}]}", "TMPDIR and JOB_COMPLETION_INDEX", "spec.pod.env[0].name"),
        run("algorithm: {changepoints: ['2026-06-31']}", "the month has no such day", "spec.algorithm.changepoints[0]"),
        run("source: {csv: {path: a, auth: {}}}", "auth and tls are for url alone", "spec.source.csv"),
    ]

    private static func model(_ text: String, _ message: String, _ field: String) -> WrongSpec {
        WrongSpec(text: text, message: message, field: field)
    }

    private static func run(_ fields: String, _ message: String, _ field: String) -> WrongSpec {
        WrongSpec(kind: .run, text: "{modelRef: {name: a}, \(fields)}", message: message, field: field)
    }

    private static func of(_ source: String) -> String { "{targetRef: {name: a}, source: {\(source)}}" }
    private static func training(_ fields: String) -> String { "{source: {csv: {path: a}}, training: {\(fields)}}" }
    private static func algorithm(_ fields: String) -> String { "{source: {csv: {path: a}}, algorithm: {\(fields)}}" }
    private static func container(_ fields: String) -> String {
        "{source: {csv: {path: a}}, targetRef: {name: a}, scaling: {containers: [{name: app, \(fields)}]}}"
    }
}
