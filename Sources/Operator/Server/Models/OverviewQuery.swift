import Autoscaler
import Hummingbird
import KubernetesClient

/// Which models an overview shows: the parameters of `/api/v1/overview`.
///
/// | parameter | meaning |
/// |---|---|
/// | `search` | words that all have to be in the name, the target's name, the algorithm or a reason, in any case |
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
        words = (parameters["search"] ?? "").lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        kind = try parameters.choice("show") ?? kind
        limit = try parameters.whole("limit", in: 1...1000) ?? limit
    }
}

/// What is counted and sorted of a model: little, for there are ten thousand, and a model is large.
struct OverviewEntry: Sendable, Comparable {
    let level: ModelHealth.Level
    let key: ObjectKey
    let isApplying: Bool
    /// Whether it has the words that are sought, each as a part of any of its own.
    let isFound: Bool

    init(_ model: ForecastModel, _ words: [String]) {
        let health = ModelHealth(model.status?.conditions ?? [])
        (level, key) = (health.level, model.key)
        isApplying = model.spec.scaling.mode == .apply && !model.spec.isTemplate
        isFound =
            words.isEmpty
            || Self.has(
                words,
                in: [health.reason, model.spec.targetRef?.name ?? "", model.status?.production?.algorithm ?? ""]
                    + (model.status?.conditions ?? []).map(\.reason), key)
    }

    init(unreadable key: ObjectKey, _ words: [String]) {
        (level, self.key, isApplying) = (.failing, key, false)
        isFound = Self.has(words, in: [ModelsAPI.unreadableReason], key)
    }

    private static func has(_ words: [String], in texts: [String], _ key: ObjectKey) -> Bool {
        let text = (["\(key)"] + texts).joined(separator: " ").lowercased()
        return words.allSatisfy { text.contains($0) }
    }

    func isOne(of kind: OverviewQuery.Kind) -> Bool {
        switch kind {
        case .all: true
        case .attention: level.needsAttention
        case .apply: isApplying
        case .waiting: level == .waiting
        }
    }

    static func < (lhs: OverviewEntry, rhs: OverviewEntry) -> Bool {
        lhs.level == rhs.level ? lhs.key < rhs.key : lhs.level < rhs.level
    }

    /// The first of them in their order, without putting all others into theirs.
    static func first(_ count: Int, of entries: some Sequence<OverviewEntry>) -> [OverviewEntry] {
        var first: [OverviewEntry] = []
        for entry in entries where first.count < count || entry < first[first.count - 1] {
            if first.count == count { first.removeLast() }
            var (low, high) = (0, first.count)
            while low < high {
                let middle = (low + high) / 2
                if first[middle] < entry { low = middle + 1 } else { high = middle }
            }
            first.insert(entry, at: low)
        }
        return first
    }
}
