/// What an `Accept` header asks for, the first that the playground knows.
enum MediaType: Sendable, Hashable {
    case json
    case table
    case partialMetadata
    case discovery(version: String)

    init(accept: String) {
        for item in accept.split(separator: ",") {
            let parts = item.split(separator: ";").map { String($0).trimmed }
            guard parts.first == "application/json" else { continue }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                if let (key, value) = part.cut("=") { parameters[key] = value }
            }
            switch parameters["as"] {
            case "Table"? where parameters["v"] == "v1":
                self = .table
                return
            case "PartialObjectMetadataList"?, "PartialObjectMetadata"?:
                self = .partialMetadata
                return
            case "APIGroupDiscoveryList"?:
                self = .discovery(version: parameters["v"] ?? "v2")
                return
            case nil:
                self = .json
                return
            default: continue
            }
        }
        self = .json
    }
}
