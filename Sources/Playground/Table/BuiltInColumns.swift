import Foundation
import KubernetesClient

/// The printer columns of built-in kinds.
enum BuiltInColumns {
    static func columns(_ plural: String) -> [TableColumn] {
        guard plural != "events" else { return events }
        let middle = (texts[plural] ?? [.init(name: "Age", type: "string")])
        return [.name] + middle
    }

    private static func text(_ names: String...) -> [TableColumn] {
        names.map { TableColumn(name: $0, type: "string") }
    }

    private static func wide(_ names: String...) -> [TableColumn] {
        names.map { TableColumn(name: $0, type: "string", priority: 1) }
    }

    private static let events =
        text("Last Seen", "Type", "Reason", "Object") + wide("Subobject", "Source") + text("Message")
        + wide("First Seen", "Count", "Name")

    private static let texts: [String: [TableColumn]] = [
        "namespaces": text("Status", "Age"),
        "nodes": text("Status", "Roles", "Age", "Version"),
        "pods": text("Ready", "Status", "Restarts", "Age")
            + wide("IP", "Node", "Nominated Node", "Readiness Gates"),
        "configmaps": text("Data", "Age"),
        "secrets": text("Type", "Data", "Age"),
        "services": text("Type", "Cluster-IP", "External-IP", "Port(s)", "Age") + wide("Selector"),
        "serviceaccounts": text("Secrets", "Age"),
        "deployments": text("Ready", "Up-to-date", "Available", "Age") + wide("Containers", "Images", "Selector"),
        "replicasets": text("Desired", "Current", "Ready", "Age") + wide("Containers", "Images", "Selector"),
        "jobs": text("Status", "Completions", "Duration", "Age") + wide("Containers", "Images", "Selector"),
        "cronjobs": text("Schedule", "Timezone", "Suspend", "Active", "Last Schedule", "Age"),
        "roles": text("Created At"), "clusterroles": text("Created At"),
        "rolebindings": text("Role", "Age"), "clusterrolebindings": text("Role", "Age"),
        "leases": text("Holder", "Age"),
        "poddisruptionbudgets": text("Min Available", "Max Unavailable", "Allowed Disruptions", "Age"),
        "customresourcedefinitions": text("Created At"),
    ]

    /// The cells of a row, in the order of the columns.
    static func cells(_ object: JSONValue, _ type: ResourceType, now: Date) -> [JSONValue] {
        if type.plural == "events" { return eventCells(object, now) }
        let values = cellValues(object, type.plural, now)
        return [.string(object.name)] + values
    }

    private static func age(_ object: JSONValue, _ now: Date) -> JSONValue {
        .string(HumanDuration.since(object["metadata", "creationTimestamp"]?.stringValue, now: now))
    }

    private static func cellValues(_ object: JSONValue, _ plural: String, _ now: Date) -> [JSONValue] {
        let spec = object["spec"] ?? [:]
        let status = object["status"] ?? [:]
        let age = age(object, now)
        switch plural {
        case "namespaces": return [status["phase"] ?? "", age]
        case "nodes": return ["Ready", "<none>", age, status["nodeInfo", "kubeletVersion"] ?? ""]
        case "pods": return PodColumns.cells(object, age)
        case "configmaps":
            let count = (object["data"]?.objectValue?.count ?? 0) + (object["binaryData"]?.objectValue?.count ?? 0)
            return [.int(Int64(count)), age]
        case "secrets": return [object["type"] ?? "", .int(Int64(object["data"]?.objectValue?.count ?? 0)), age]
        case "services":
            let ports = (spec["ports"]?.arrayValue ?? []).map { port in
                "\(port["port"]?.intValue ?? 0)/\(port["protocol"]?.stringValue ?? "TCP")"
            }
            return [
                spec["type"] ?? "ClusterIP", spec["clusterIP"] ?? "None", "<none>",
                .string(ports.joined(separator: ",")), age, .string(selector(spec["selector"])),
            ]
        case "serviceaccounts": return [.int(Int64(object["secrets"]?.arrayValue?.count ?? 0)), age]
        case "deployments":
            let wanted = spec["replicas"]?.intValue ?? 1
            let ready = "\(status["readyReplicas"]?.intValue ?? 0)/\(wanted)"
            return [
                .string(ready), status["updatedReplicas"] ?? 0, status["availableReplicas"] ?? 0, age,
            ] + template(spec)
        case "replicasets":
            return [spec["replicas"] ?? 0, status["replicas"] ?? 0, status["readyReplicas"] ?? 0, age] + template(spec)
        case "jobs": return jobCells(object, age, now) + template(spec)
        case "cronjobs":
            return [
                spec["schedule"] ?? "", spec["timeZone"] ?? "<none>", .string("\(spec["suspend"]?.boolValue ?? false)"),
                .int(Int64(status["active"]?.arrayValue?.count ?? 0)), "<none>", age,
            ]
        case "roles", "clusterroles", "customresourcedefinitions":
            return [object["metadata", "creationTimestamp"] ?? ""]
        case "rolebindings", "clusterrolebindings":
            let role = object["roleRef"] ?? [:]
            return [.string("\(role["kind"]?.stringValue ?? "")/\(role["name"]?.stringValue ?? "")"), age]
        case "leases": return [spec["holderIdentity"] ?? "", age]
        case "poddisruptionbudgets":
            return [
                spec["minAvailable"] ?? "N/A", spec["maxUnavailable"] ?? "N/A", status["disruptionsAllowed"] ?? 0, age,
            ]
        default: return [age]
        }
    }

    private static func selector(_ json: JSONValue?) -> String {
        let pairs = (json?["matchLabels"] ?? json)?.stringDictionary ?? [:]
        return pairs.isEmpty ? "<none>" : pairs.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",")
    }

    private static func template(_ spec: JSONValue) -> [JSONValue] {
        let containers = spec["template", "spec", "containers"]?.arrayValue ?? []
        func list(_ field: String) -> JSONValue {
            .string(containers.compactMap { $0[key: field]?.stringValue }.joined(separator: ","))
        }
        return [list("name"), list("image"), .string(selector(spec["selector"]))]
    }

    private static func jobCells(_ job: JSONValue, _ age: JSONValue, _ now: Date) -> [JSONValue] {
        let status = job["status"] ?? [:]
        func holds(_ type: String) -> Bool {
            status["conditions"]?.arrayValue?.contains { $0["type"]?.stringValue == type && $0["status"] == "True" }
                ?? false
        }
        let state =
            job.isBeingDeleted
            ? "Terminating"
            : holds("Complete")
                ? "Complete" : holds("Failed") ? "Failed" : holds("Suspended") ? "Suspended" : "Running"
        let wanted = job["spec", "completions"]?.intValue ?? job["spec", "parallelism"]?.intValue ?? 1
        let done = "\(status["succeeded"]?.intValue ?? 0)/\(wanted)"
        var duration = ""
        if let start = status["startTime"]?.stringValue.flatMap({ APITime.parse($0) }) {
            let end = status["completionTime"]?.stringValue.flatMap { APITime.parse($0) } ?? now
            duration = HumanDuration.text(end.timeIntervalSince(start))
        }
        return [.string(state), .string(done), .string(duration), age]
    }

    private static func eventCells(_ event: JSONValue, _ now: Date) -> [JSONValue] {
        let about = event["involvedObject"] ?? event["regarding"] ?? [:]
        let count = event["series", "count"] ?? event["count"] ?? event["deprecatedCount"] ?? 1
        func since(_ fields: String...) -> JSONValue {
            let text = fields.lazy.compactMap { event[key: $0]?.stringValue }.first
            return .string(HumanDuration.since(text ?? event["metadata", "creationTimestamp"]?.stringValue, now: now))
        }
        let object = "\((about["kind"]?.stringValue ?? "").lowercased())/\(about["name"]?.stringValue ?? "")"
        let source =
            event["source", "component"] ?? event["reportingComponent"] ?? event["reportingController"] ?? ""
        return [
            since("lastTimestamp", "deprecatedLastTimestamp", "eventTime"), event["type"] ?? "", event["reason"] ?? "",
            .string(object), about["fieldPath"] ?? "", source, event["message"] ?? event["note"] ?? "",
            since("firstTimestamp", "deprecatedFirstTimestamp", "eventTime"), count, .string(event.name),
        ]
    }
}
