import HTTPTypes
import Hummingbird
import KubernetesClient

/// Which part of a list is asked for: `limit` and `continue`, as of Kubernetes' own lists.
struct ListPage: Sendable, Hashable {
    /// Nil for all.
    var limit: Int?
    /// The last key of the page before.
    var after: ObjectKey?

    init(_ parameters: Parameters) throws(ParameterError) {
        if let text = parameters["limit"] {
            guard let number = Int(text), number >= 0 else {
                throw ParameterError(message: "limit is '\(text)'; give a whole number, 0 for no limit")
            }
            limit = number == 0 ? nil : number
        }
        if let text = parameters["continue"], !text.isEmpty {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw ParameterError(message: "continue is '\(text)'; give what the last page had as continue")
            }
            after = ObjectKey(namespace: parts[0], name: parts[1])
        }
    }

    /// The keys of the page in their order, and what the next page continues; nil at the end.
    ///
    /// The name of the last key is the place, so that a model that comes or goes between two pages moves no other.
    func of(_ keys: [ObjectKey]) -> (keys: [ObjectKey], next: String?) {
        var keys = keys.sorted()
        if let after { keys = Array(keys.drop { $0 < after || $0 == after }) }
        guard let limit, keys.count > limit else { return (keys, nil) }
        keys = Array(keys.prefix(limit))
        return (keys, keys.last.map { "\($0.namespace ?? "")/\($0.name)" })
    }
}
