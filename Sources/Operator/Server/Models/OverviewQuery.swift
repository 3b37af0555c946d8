import Autoscaler
import Hummingbird
import KubernetesClient

/// Which models an overview shows: the parameters of `/api/v1/overview`.
///
/// | parameter | meaning |
/// |---|---|
/// | `search` | words, 200 bytes at most, that all have to be in the name, the target's name, the algorithm or a reason, in any case |
/// | `show` | `attention`, `apply` or `waiting`; without it, all |
/// | `limit` | how many; 200 without it |
struct OverviewQuery: Sendable, Hashable {
    /// Which models are shown, and counted.
    enum Kind: String, CaseIterable, Sendable {
        case all, attention, apply, waiting
    }

    var words: [String] = []
    var kind = Kind.all
    var limit = 200

    init(_ parameters: Parameters) throws(ParameterError) {
        let search = parameters["search"] ?? ""
        // Each word is sought in each model.
        guard search.utf8.count <= 200 else {
            throw ParameterError(message: "search has \(search.utf8.count) bytes; give words of at most 200 together")
        }
        words = search.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        kind = try parameters.choice("show") ?? kind
        limit = try parameters.whole("limit", in: 1...1000) ?? limit
    }
}
