/// The values that were set last, at most so many of them.
///
/// What has not been set for longest goes, a quarter at once: thousands of objects at a time cost no more each than a few.
struct RecentValues<Key: Hashable, Value> {
    private var entries: [Key: (value: Value, order: Int)] = [:]
    private var order = 0
    private let capacity: Int

    init(capacity: Int = 4096) { self.capacity = capacity }

    /// How many there are.
    var count: Int { entries.count }

    subscript(key: Key) -> Value? {
        get { entries[key]?.value }
        set {
            order += 1
            entries[key] = newValue.map { ($0, order) }
            guard entries.count > capacity else { return }
            for (key, _) in entries.sorted(by: { $0.value.order < $1.value.order }).prefix(max(1, capacity / 4)) {
                entries[key] = nil
            }
        }
    }
}
