import Autoscaler
import KubernetesClient
import Threading

/// What is counted, sorted and sought of a model: little, for there are ten thousand, and a model is large.
final class OverviewEntry: Sendable {
    let level: ModelHealth.Level
    let key: ObjectKey
    let isApplying: Bool
    /// What it is found by, in small letters.
    private let text: String
    /// Its row as it is sent, once it was.
    private let sent = Locked<[UInt8]?>(nil)

    init(_ model: ForecastModel) {
        let conditions = model.status?.conditions ?? []
        let health = ModelHealth(conditions)
        (level, key) = (health.level, model.key)
        isApplying = model.spec.scaling.mode == .apply && !model.spec.isTemplate
        let words =
            [
                "\(model.key)", health.reason, model.spec.targetRef?.name ?? "",
                model.status?.production?.algorithm ?? "",
            ]
            + conditions.map(\.reason)
        text = words.joined(separator: " ").lowercased()
    }

    init(unreadable key: ObjectKey) {
        (level, self.key, isApplying) = (.failing, key, false)
        text = "\(key) \(ModelsAPI.unreadableReason)".lowercased()
    }

    /// Whether it has words that are sought, each as a part of any of its own.
    func has(_ words: [String]) -> Bool { words.allSatisfy { text.contains($0) } }

    /// Whether it is one of those that are shown.
    func isOne(of kind: OverviewQuery.Kind) -> Bool {
        switch kind {
        case .all: true
        case .attention: level.needsAttention
        case .apply: isApplying
        case .waiting: level == .waiting
        }
    }

    /// Its row, made once.
    func row(_ make: (ObjectKey) -> [UInt8]?) -> [UInt8]? {
        if let known = sent.withLock({ $0 }) { return known }
        let made = make(key)
        sent.withLock { $0 = made }
        return made
    }

    /// The first of them, without putting all others into their order.
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

/// The worst come first, and of one level those with the first names.
extension OverviewEntry: Comparable {
    static func < (lhs: OverviewEntry, rhs: OverviewEntry) -> Bool {
        lhs.level == rhs.level ? lhs.key < rhs.key : lhs.level < rhs.level
    }

    static func == (lhs: OverviewEntry, rhs: OverviewEntry) -> Bool { lhs.level == rhs.level && lhs.key == rhs.key }
}
