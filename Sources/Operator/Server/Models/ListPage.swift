import HTTPTypes
import Hummingbird
import KubernetesClient

/// Which part of a list is asked for: `limit` and `continue`, as of Kubernetes' own lists.
struct ListPage: Sendable, Hashable {
    /// Nil for all.
    var limit: Int?
    /// The last key of the page before.
    var after: ObjectKey?

    struct Flaw: Error {
        let message: String
    }

    static func read(_ parameters: Parameters) -> Result<ListPage, Flaw> {
        var page = ListPage()
        if let text = parameters["limit"] {
            guard let limit = Int(text), limit >= 0 else {
                return .failure(Flaw(message: "limit is '\(text)'; give a whole number, 0 for no limit"))
            }
            page.limit = limit == 0 ? nil : limit
        }
        if let text = parameters["continue"], !text.isEmpty {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                return .failure(Flaw(message: "continue is '\(text)'; give what the last page had as continue"))
            }
            page.after = ObjectKey(namespace: parts[0], name: parts[1])
        }
        return .success(page)
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
